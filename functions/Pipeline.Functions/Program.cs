using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Functions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
CloudHost.Configure(builder);

using var host = builder.Build();
await host.Services.GetRequiredService<CloudStart>().TryAsync(CancellationToken.None);
await host.RunAsync();
