using Microsoft.AspNetCore.Http;
using Pipeline.Domain;
using Pipeline.Runtime.Loyalty;

namespace Pipeline.Runtime.Http;

/// <summary>The loyalty program.</summary>
public sealed class ProgramEndpoints(IProgramSource programs)
{
    private Written? written;

    /// <summary>GET /v1/program.</summary>
    public Task<IResult> GetAsync(HttpRequest request)
    {
        var current = programs.Programs.Current;
        var last = written;
        if (last is null || !ReferenceEquals(last.Program, current))
            written = last = new Written(current, ProgramDocument.Write(current));
        return Task.FromResult<IResult>(new ApiAnswer
        {
            Status = StatusCodes.Status200OK,
            ContentType = ApiAnswer.Json,
            Body = last.Json,
        });
    }

    private sealed record Written(LoyaltyProgram Program, byte[] Json);
}
