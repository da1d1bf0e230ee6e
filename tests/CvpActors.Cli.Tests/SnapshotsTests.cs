using System.Text.Json;
using CvpActors.Snmp.PassPersist;

namespace CvpActors.Cli.Tests;

public sealed class SnapshotsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 2, 30, 0, TimeSpan.Zero);

    [Fact]
    public void The_bodies_of_the_http_contract_become_the_values_of_the_mib()
    {
        var databases = JsonSerializer.Deserialize("""
            [{
              "id": "reporting", "engine": "sqlite", "node": "n", "agent": "connected", "something": "new",
              "lock": {"operation": "purge", "trigger": "onDemand", "attemptId": "purge-9", "token": 9, "acquiredAt": "2026-03-01T02:29:00Z", "ageSeconds": 60.5, "holderUnreachable": false},
              "backup": {"schedule": "0 2 * * *", "nextDueAt": null, "retry": {"openedAt": "2026-03-01T02:00:00Z", "deadline": "2026-03-01T06:00:00Z", "nextAttemptAt": "2026-03-01T02:40:00Z", "retries": 3, "blockedBy": "purge-9"}, "lastSuccess": {"id": "backup-3", "finishedAt": "2026-02-28T02:01:00Z"}},
              "purge": {"schedule": null, "nextDueAt": null, "retry": {"retries": 1, "nextAttemptAt": null}, "lastSuccess": null},
              "alerts": [{"id": "a", "code": "backup-failed", "clearedAt": null}, {"id": "b", "code": "clock-skew", "clearedAt": "2026-03-01T01:00:00Z"}]
            }]
            """, BodiesJson.Default.DatabaseBodyArray)!;

        var snapshot = Snapshots.Of(new ClusterBody("akka.tcp://n", 4), databases, Now);

        Assert.Equal(("akka.tcp://n", 4L, 1), (snapshot.CoordinatorNode, snapshot.Epoch, snapshot.OpenAlerts));
        var database = snapshot.Databases.Single();
        Assert.Equal((LockHolder.Purge, TimeSpan.FromSeconds(60.5)), (database.Lock, database.LockAge));
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 2, 1, 0, TimeSpan.Zero), database.BackupSuccessAt);
        Assert.Null(database.PurgeSuccessAt);
        Assert.Equal(new RetryWindowSnapshot(3, Now.AddMinutes(10)), database.BackupWindow);
        Assert.Equal(new RetryWindowSnapshot(1, null), database.PurgeWindow);
        Assert.Equal(1, database.OpenAlerts);
    }

    [Fact]
    public void The_lag_is_that_of_whatever_has_waited_longest_at_any_remote()
    {
        Assert.Equal(TimeSpan.FromHours(4), LagOf(Waiting("dr", Now.AddHours(-1)), Waiting("hq", Now.AddHours(-4)), Waiting("vault", null)));
        Assert.Equal(TimeSpan.Zero, LagOf(Waiting("vault", null)));
        Assert.Equal(TimeSpan.Zero, LagOf());

        // The clocks of two machines differ a little.
        Assert.Equal(TimeSpan.Zero, LagOf(Waiting("dr", Now.AddSeconds(2))));
    }

    private static ShipmentBody Waiting(string remote, DateTimeOffset? since) => new(remote, 12, "pending", 0, 0, null, since);

    private static TimeSpan LagOf(params ShipmentBody[] shipments)
    {
        var never = new OperationBody(null, null, null);
        var database = new DatabaseBody("reporting", "connected", null, never, never, []) { Shipments = shipments };
        return Snapshots.Of(new ClusterBody("n", 4), [database], Now).Databases.Single().ShipmentLag;
    }
}
