using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Benchmarks.Load;

/// <summary>
/// One keep-alive connection with one request on its way. The answer is handled on the thread that the socket
/// completes on: there is no task, no string and no allocation for a request.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int AtOnceMax = 32;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketAsyncEventArgs receive = new();
    private readonly RequestWriter requests;
    private readonly Action<Connection> answered;
    private readonly byte[] request;
    private byte[] answer = new byte[8 * 1024];
    private int received;
    private int atOnce;

    public Connection(int port, RequestWriter requests, Action<Connection> answered)
    {
        (this.requests, this.answered) = (requests, answered);
        request = new byte[requests.BytesMax];
        socket.NoDelay = true;
        socket.Connect(IPAddress.Loopback, port);
        receive.Completed += (_, _) => OnReceived();
    }

    public long Number { get; private set; }

    /// <summary>When the request was due, in ticks of the stopwatch.</summary>
    public long DueTicks { get; private set; }

    public int Status { get; private set; }

    /// <summary>The last answer, for a message about a failure.</summary>
    public string Text => Encoding.UTF8.GetString(answer, 0, Math.Min(received, 600));

    public void Send(long number, long dueTicks)
    {
        (Number, DueTicks) = (number, dueTicks);
        received = 0;
        var length = requests.Write(Number, request);
        for (var sent = 0; sent < length;)
            sent += socket.Send(request.AsSpan(sent, length - sent));
        if (!Receive())
            return;
        // The answer is here already. It may send the next request from within: now and then the stack starts anew.
        if (++atOnce % AtOnceMax == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.answered(connection), this, false);
        else
            answered(this);
    }

    public void Dispose()
    {
        socket.Dispose();
        receive.Dispose();
    }

    /// <returns>True where the whole answer is here already.</returns>
    private bool Receive()
    {
        while (true)
        {
            if (received == answer.Length)
                Array.Resize(ref answer, 2 * answer.Length);
            receive.SetBuffer(answer, received, answer.Length - received);
            if (socket.ReceiveAsync(receive))
                return false;
            if (Take())
                return true;
        }
    }

    private void OnReceived()
    {
        if (Take() || Receive())
            answered(this);
    }

    private bool Take()
    {
        if (receive.SocketError != SocketError.Success || receive.BytesTransferred == 0)
            throw new InvalidOperationException($"A connection was closed ({receive.SocketError}) after: {Text}");
        received += receive.BytesTransferred;
        return IsComplete(answer.AsSpan(0, received));
    }

    private bool IsComplete(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        Status = ((bytes[9] - '0') * 100) + ((bytes[10] - '0') * 10) + (bytes[11] - '0');
        var head = bytes[..(end + 2)];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0)
            return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 || bytes.EndsWith("\r\n0\r\n\r\n"u8);
        var length = 0;
        for (var i = at + 18; head[i] != '\r'; i++)
            length = (length * 10) + (head[i] - '0');
        return bytes.Length >= end + 4 + length;
    }
}
