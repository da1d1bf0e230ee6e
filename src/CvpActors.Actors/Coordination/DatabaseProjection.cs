using System.Collections.Immutable;
using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Coordination;

/// <summary>What is shown of a database's state. Pure.</summary>
internal static class DatabaseProjection
{
    public static DatabaseView View(
        DatabaseState state,
        DatabasePolicy policy,
        DatabaseDefinition definition,
        AgentPresence agent,
        ImmutableArray<BackupFile> files,
        RunProgress? progress,
        string? waitsFor,
        DateTimeOffset now)
    {
        var connected = agent.Contact == AgentContact.Connected;
        return new DatabaseView(
            definition.Id,
            definition.Engine,
            agent.Node,
            connected ? AgentView.Connected : AgentView.Unreachable,
            state.Lock is { } l
                ? new LockView(l.Operation, l.Trigger, l.AttemptId, l.Token, l.AcquiredAt, l.Age(now).TotalSeconds, !connected, l.Clearance is not null)
                : null,
            ViewOf(state, policy, Operation.Backup, progress, now, waitsFor),
            ViewOf(state, policy, Operation.Purge, progress, now, waitsFor),
            state.Pause is { } p ? new PauseView(p.Since, p.Until, p.Reason) : null,
            [.. files.Select(FileView.Of)],
            [.. state.Alerts.Reverse().Select(a => new DatabaseAlertView(a.Id, a.Code, a.RaisedAt, a.ClearedAt, a.Text))])
        {
            RetiredAt = state.Retired?.At,
        };
    }

    /// <summary>What is shown of a database whose coordinator cannot say anything.</summary>
    public static DatabaseView Broken(DatabaseDefinition definition, string? node, string problem) => new(
        definition.Id, definition.Engine, node ?? "", AgentView.Unreachable, Lock: null,
        new OperationView(null, null, null, null), new OperationView(null, null, null, null), Pause: null, [], [])
    { Problem = problem };

    public static AttemptList Attempts(DatabaseState state, RecentRefusals refusals, string database, GetAttempts get, RunProgress? progress)
    {
        var (page, more) = MessagePages.First(refusals.AmongAttempts(state).Skip(get.Skip).Take(get.Limit).Select(a => AttemptView.Of(database, a, progress)));
        return new AttemptList(page) { More = more };
    }

    public static AttemptList Attempt(DatabaseState state, RecentRefusals refusals, string database, string id, RunProgress? progress) =>
        new((state.FindAttempt(id) ?? refusals.Find(id)) is { } found ? [AttemptView.Of(database, found, progress)] : []);

    private static OperationView ViewOf(DatabaseState state, DatabasePolicy policy, Operation operation, RunProgress? progress, DateTimeOffset now, string? waitsFor)
    {
        var known = state.Of(operation);
        return new OperationView(
            known.Schedule,
            DatabaseDecider.NextDueAt(state, policy, operation),
            known.Window is { } w ? new RetryView(w.DueAt, w.Deadline, w.NextAttemptAt, w.Retries, w.BlockedBy)
            {
                WaitsFor = w.NextAttemptAt <= now ? waitsFor : null,
            }
                : null,
            known.LastSuccess is { } last ? AttemptView.Of(policy.Database, last, progress) : null)
        {
            Held = operation == Operation.Purge ? state.HeldPurge : null,
        };
    }
}
