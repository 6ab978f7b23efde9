namespace Pipeline.Runtime.Loyalty;

/// <summary>Others wrote the same account so often that the bounded retry is used up: ours to repeat later.</summary>
public sealed class ContendedException(string partition, int attempts)
    : Exception($"The account changed under {attempts} attempts.")
{
    /// <summary>The partition, for logs; not part of the message, which may reach a caller.</summary>
    public string Partition { get; } = partition;
}

/// <summary>A cursor that we did not make, or that points to what is gone: the caller's fault.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is not one that was given out.");
