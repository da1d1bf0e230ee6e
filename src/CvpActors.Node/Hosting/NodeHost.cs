using System.Net.Sockets;
using Akka.Configuration;
using CvpActors.Actors.Membership;
using CvpActors.Domain.Agents;
using CvpActors.Files;
using CvpActors.Node.Configuration;
using CvpActors.Node.Demo;
using CvpActors.Node.Http;
using CvpActors.Node.Settings;
using Microsoft.AspNetCore.Connections;
using Serilog;

namespace CvpActors.Node.Hosting;

/// <summary>The composition root: puts a node together and runs it until it is told to stop.</summary>
internal static class NodeHost
{
    /// <summary>Ctrl-C ends the program within this; what is not done by then is recovered at the next start.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromMilliseconds(1800);

    /// <summary>Bodies are a few keys of JSON.</summary>
    private const long LargestBody = 64 * 1024;

    /// <exception cref="SettingsException">The configuration cannot be used on this machine.</exception>
    public static async Task<int> RunAsync(Config configuration)
    {
        FileReaders.KeepNewFilesPrivate();
        var settings = NodeSettingsReader.Read(configuration, EngineModules.All);
        using var dataDirectory = DataDirectories.Prepare(settings);
        using var log = LogSetup.Create(settings.Log);
        foreach (var advice in IdleAdvice.For(settings).Concat(ScheduleAdvice.For(settings, TimeProvider.System.GetUtcNow())).Concat(SpacingAdvice.For(settings, TimeProvider.System.GetUtcNow())))
        {
            log.Warning("{Advice:l}", advice);
        }

        if (settings.Demo is not null)
        {
            DemoDatabase.Create(settings, TimeProvider.System);
        }

        await using var app = Build(configuration, settings, log);
        foreach (var limit in await EngineChecks.RunAsync(settings, app.Services.GetRequiredService<IReadOnlyList<MaintainedDatabase>>()))
        {
            log.Warning("{Limit:l}", limit);
        }

        PlaceChecks.Tell(PlaceChecks.Run(settings), log);
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            // Of the two addresses the one over TLS is named as such.
            throw e.Message.Contains($"{Uri.UriSchemeHttps}:", StringComparison.Ordinal)
                ? new SettingsException("cvp-actors.remote.address", $"{settings.Remote?.UploadAddress} is in use by another program; allowed: a free port")
                : new SettingsException("cvp-actors.http.url", $"{settings.HttpUrl} is in use by another program; allowed: a free port");
        }
        catch (SocketException e)
        {
            throw new SettingsException("cvp-actors.http.url", $"{settings.HttpUrl} cannot be listened on ({e.Message}); allowed: an address of this machine");
        }

        log.Information("listening on {Url}", app.Urls.First());
        if (settings.Demo is not null)
        {
            DemoBanner.Write(app.Urls.First());
        }

        await app.WaitForShutdownAsync();
        return app.Services.GetRequiredService<NodeEnd>().ExitCode;
    }

    private static WebApplication Build(Config configuration, NodeSettings settings, Serilog.Core.Logger log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "CvpActors.Node" });
        var certificates = settings.Cluster?.Tls is { } tls ? ClusterCertificates.Load(tls) : null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Limits.MaxRequestBodySize = LargestBody).UseUrls(settings.HttpUrl.ToString());
        if (certificates is not null && settings.Remote?.UploadAddress is { } uploads)
        {
            UploadListener.Add(builder.WebHost, settings.HttpUrl, uploads, certificates);
        }

        builder.Services.AddSerilog(log);
        builder.Services.AddRoutingCore();

        // The contract's problems have no more properties than it names.
        builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = c => c.ProblemDetails.Extensions.Remove("traceId"));
        builder.Services.AddExceptionHandler<UnansweredErrors>();

        // So that a parameter that cannot be read gets the same answer as a body that cannot.
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(o =>
        {
            o.ShutdownTimeout = StopWithin;

            // The demonstration's helpers are no reason to stop; and a start that fails is told in one line, not by them.
            o.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        builder.Services.ConfigureHttpJsonOptions(o => BridgeJson.Configure(o.SerializerOptions));
        builder.Services.AddSingleton<IHostLifetime, Microsoft.Extensions.Hosting.Internal.ConsoleLifetime>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(new NodeConfiguration(configuration));
        builder.Services.AddSingleton(new ClusterClock(TimeProvider.System));
        builder.Services.AddSingleton(s => new ClockKeeper(
            settings.DataDirectory,
            s.GetRequiredService<ClusterClock>(),
            () => s.GetRequiredService<ClusterClock>().IsConfirmed,
            MachineRun.Uptime,
            s.GetRequiredService<ILoggerFactory>().CreateLogger("CvpActors.Clock")));
        builder.Services.AddSingleton(s => DatabaseComposition.Compose(
            settings, s.GetRequiredService<ClusterClock>(), s.GetRequiredService<ILoggerFactory>().CreateLogger("CvpActors.Backups")));
        builder.Services.AddSingleton(s => AlertComposition.Compose(settings, TimeProvider.System, s.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton(s => new OffsiteComposition(
            settings, certificates, TimeProvider.System, s.GetRequiredService<ILoggerFactory>().CreateLogger("CvpActors.Shipping")));
        builder.Services.AddSingleton(s => new LocalVault(settings.Remote?.Name, s.GetRequiredService<OffsiteComposition>().Vault));
        builder.Services.AddSingleton(new OptionalCertificates(certificates));
        builder.Services.AddSingleton<NodeEnd>();
        builder.Services.AddSingleton<ActorSystemService>();
        builder.Services.AddSingleton<ICoordinatorGateway>(s => s.GetRequiredService<ActorSystemService>());
        builder.Services.AddHostedService(s => s.GetRequiredService<ActorSystemService>());
        if (settings.Demo is not null)
        {
            builder.Services.AddHostedService<DemoCalls>();
            builder.Services.AddHostedService<DemoTour>();
        }

        var app = builder.Build();
        app.UseBridge(HostNames.Of(settings), uploadsOverTls: settings.Remote?.UploadAddress is not null);
        return app;
    }
}
