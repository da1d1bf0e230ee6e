using Akka.Actor;
using Akka.Event;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>
/// One run, detached from the mailbox: the work is a task that is cancelled when the worker is told so or stops. Holds the
/// operating system's lock of the backup directory for as long as the work goes on, and tells its agent how it ended.
/// </summary>
public abstract class Worker : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Creates the worker of one run.</summary>
    protected Worker(MaintainedDatabase database, RunContext run)
    {
        Database = database;
        Run = run;
        Receive<CancelWork>(_ => Cancel());
        Receive<WorkEnded>(ended =>
        {
            Context.Parent.Tell(ended);
            Context.Stop(Self);
        });
    }

    /// <summary>What is maintained.</summary>
    protected MaintainedDatabase Database { get; }

    /// <summary>The run.</summary>
    protected RunContext Run { get; private set; }

    /// <summary>Does the work and tells what it did.</summary>
    protected abstract Task<Outcome> WorkAsync(CancellationToken cancellation);

    /// <summary>What must be so before the work begins: the database is there, and one of its engine's.</summary>
    protected virtual Task CheckAsync(CancellationToken cancellation) => Database.Engine.CheckAsync(cancellation);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var cancellation = _cancellation.Token;
        Task.Run(() => WorkUnderLockAsync(cancellation), CancellationToken.None).PipeTo(
            Self,
            success: Ended,
            failure: cause => Ended(OutcomeOf(cause)));
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Cancel();
        _cancellation.Dispose();
        base.PostStop();
    }

    private void Cancel()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (AggregateException e)
        {
            // Thrown by what the work does when it is cancelled; thrown on, it would restart this actor and the work with it.
            _log.Warning(e, "{Database} {Attempt} token {Token}: did not take its cancellation well", Database.Id, Run.AttemptId, Run.Token);
        }
    }

    private async Task<Outcome> WorkUnderLockAsync(CancellationToken cancellation)
    {
        using var held = Database.RunLock.Take(Run.Token);
        Run = Run with { Children = held, Tell = line => _log.Info("{Database} {Attempt} token {Token}: {Line}", Database.Id, Run.AttemptId, Run.Token, line) };
        await CheckAsync(cancellation);
        return await WorkAsync(cancellation);
    }

    private WorkEnded Ended(Outcome outcome) => new(Run.Token, outcome with { DamagedBackup = Run.Findings.DamagedBackup });

    private Outcome OutcomeOf(Exception cause)
    {
        switch (cause)
        {
            case OperationCanceledException:
                return new Outcome(AttemptState.Cancelled, "it was cancelled before it was done");
            case FencedException:
                return new Outcome(AttemptState.Cancelled, cause.Message);
            case PurgeStoppedException { InnerException: { } inner } stopped:
                return OutcomeOf(inner) with { Purge = stopped.DeletedSoFar };
            case BackupFailedException or RestoreFailedException or ReportingDatabaseException or RunLockHeldException:
                return new Outcome(AttemptState.Failed, cause.Message);
            default:
                _log.Error(cause, "{Database} {Attempt} token {Token}: failed in an unforeseen way", Database.Id, Run.AttemptId, Run.Token);
                return new Outcome(AttemptState.Failed, $"{cause.GetType().Name}: {cause.Message}");
        }
    }
}

/// <summary>Stop the work as soon as it can be.</summary>
internal sealed record CancelWork : INoSerializationVerificationNeeded
{
    public static CancelWork Instance { get; } = new();
}

/// <summary>The work of a run ended.</summary>
internal sealed record WorkEnded(long Token, Outcome Outcome) : INoSerializationVerificationNeeded;
