using CvpActors.Node.Configuration;

namespace CvpActors.Node.Hosting;

/// <summary>Why the node's process ends when nobody asked it to, and the exit code that tells the service manager what to do about it.</summary>
internal sealed class NodeEnd(IHostApplicationLifetime lifetime, ILogger<NodeEnd> log)
{
    private readonly Lock _gate = new();
    private SettingsException? _refused;
    private int _exitCode = ExitCodes.Ok;

    /// <summary>The exit code of the process.</summary>
    /// <exception cref="SettingsException">The cluster does not let a node of this configuration in.</exception>
    public int ExitCode
    {
        get
        {
            lock (_gate)
            {
                return _refused is null ? _exitCode : throw _refused;
            }
        }
    }

    /// <summary>The cluster does not let this node stay as it is configured: an administrator must change that.</summary>
    public void Refuse(string key, string reason)
    {
        lock (_gate)
        {
            _refused ??= new SettingsException(key, reason);
        }

        lifetime.StopApplication();
    }

    /// <summary>The others have removed this node, and nothing runs on it any more: a new process may join again.</summary>
    public void StartAnew(string reason)
    {
        log.LogWarning("{Reason:l}; this process ends with exit code {ExitCode} so that it is started anew", reason, ExitCodes.StartAnew);
        lock (_gate)
        {
            _exitCode = ExitCodes.StartAnew;
        }

        lifetime.StopApplication();
    }
}
