namespace Pipeline.Runtime.Ports;

/// <summary>A part of a host that says whether it can do its work; a load balancer asks all of them.</summary>
public interface IReadiness
{
    /// <summary>Why it cannot, as a sentence; null while it can. Cheap: it is asked every few seconds.</summary>
    string? Problem { get; }
}
