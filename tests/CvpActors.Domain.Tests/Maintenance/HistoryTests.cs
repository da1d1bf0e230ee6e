using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Maintenance;

public class HistoryTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void The_state_keeps_the_latest_attempts_and_the_running_one_however_old()
    {
        var day = new Scenario(backup: TestSchedule.Nightly) { Now = T.AddMinutes(-1) };
        var running = day.Request(Operation.Purge);

        // Each night 25 tries of the backup are blocked by the purge.
        for (var n = 0; n < 250; n++)
        {
            day.TickAt(T.AddDays(n / 25).AddMinutes(10 * (n % 25)));
        }

        Assert.Equal(DatabaseState.KeptAttempts, day.State.Attempts.Count);
        Assert.Equal(running.AttemptId, day.State.Attempts[0].Id);
        Assert.Equal(T.AddDays(9).AddHours(4), day.State.Attempts[^1].StartedAt);
        day.EndRun(AttemptState.Succeeded);
        Assert.Equal(running.AttemptId, day.State.Purge.LastSuccess!.Id);
    }

    [Fact]
    public void The_last_success_is_remembered_after_its_attempt_has_left_the_history()
    {
        var day = new Scenario { Now = T };
        var success = day.Request(Operation.Backup);
        day.EndRun(AttemptState.Succeeded);

        for (var n = 0; n <= DatabaseState.KeptAttempts; n++)
        {
            day.Request(Operation.Purge);
            day.EndRun(AttemptState.Failed, "no luck");
        }

        Assert.Null(day.State.FindAttempt(success.AttemptId));
        Assert.Equal(success.AttemptId, day.State.Backup.LastSuccess!.Id);
    }

    [Fact]
    public void An_ended_attempt_tells_when_and_how()
    {
        var day = new Scenario { Now = T };
        var run = day.Request(Operation.Backup);
        day.Now = T.AddMinutes(7);
        day.EndRun(AttemptState.Failed, "disk full");

        var attempt = day.State.FindAttempt(run.AttemptId)!;
        Assert.Equal((AttemptState.Failed, T, T.AddMinutes(7), "disk full"), (attempt.State, attempt.StartedAt, attempt.FinishedAt!.Value, attempt.Error));
        Assert.Equal(run.Token, attempt.Token);
    }
}
