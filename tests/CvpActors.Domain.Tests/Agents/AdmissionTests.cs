using CsCheck;
using CvpActors.Domain.Agents;

namespace CvpActors.Domain.Tests.Agents;

/// <summary>An agent's decisions on orders, played through random nights of repeated, delayed and reordered orders, crashes and full disks.</summary>
public sealed class AdmissionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private static readonly Gen<AgentMove[]> Nights =
        Gen.Select(Gen.Enum<AgentMoveKind>(), Gen.Int[0, 1000], (kind, choice) => new AgentMove(kind, choice)).Array[1, 60];

    [Fact]
    public void A_token_is_started_at_most_once() => Sample(night =>
        Assert.Equal(night.Started.Distinct(), night.Started));

    [Fact]
    public void Nothing_is_started_after_it_was_told_to_be_fenced() => Sample(night =>
        Assert.Empty(night.StartedAfterFenced));

    [Fact]
    public void Nothing_is_started_beside_a_run_that_has_not_ended() => Sample(night =>
        Assert.Equal(0, night.StartedBesideAnother));

    [Fact]
    public void Tokens_that_are_started_only_increase() => Sample(night =>
        Assert.Equal(night.Started.Order(), night.Started));

    [Fact]
    public void What_is_started_is_on_disk_before_it_starts() => Sample(night =>
        Assert.Equal(0, night.StartedWithoutRecord));

    [Fact]
    public void An_order_of_an_epoch_that_has_passed_is_not_followed() => Sample(night =>
        Assert.Equal(0, night.FollowedOutdated));

    [Fact]
    public void The_nights_that_are_sampled_start_refuse_fence_and_crash()
    {
        // A property holds trivially over nights in which nothing happens.
        var (started, fenced, refused, superseded, crashed) = (0, 0, 0, 0, 0);
        Nights.Sample(
            moves =>
            {
                var night = AgentNight.Play(moves);
                Interlocked.Add(ref started, night.Started.Count);
                Interlocked.Add(ref fenced, night.ToldFenced.Count);
                Interlocked.Add(ref refused, night.Refusals);
                Interlocked.Add(ref superseded, night.Superseded);
                Interlocked.Add(ref crashed, night.Crashes);
            },
            iter: 500);
        Assert.All([started, fenced, refused, superseded, crashed], count => Assert.True(count > 100, $"{count} is too few"));
    }

    [Fact]
    public void A_first_order_is_launched_with_the_run_and_the_epoch_in_the_ledger()
    {
        var verdict = Assert.IsType<Launch>(Admission.Start(Idle(), Run(5), epoch: 3));

        Assert.Equal(new AgentLedger(5, 3, Run(5), []), verdict.Ledger);
    }

    [Fact]
    public void A_copy_of_an_order_that_is_followed_is_under_way() =>
        Assert.IsType<UnderWay>(Admission.Start(Idle() with { Running = new RunIdentity(5, "backup-5") }, Run(5), epoch: 3));

    [Fact]
    public void A_copy_of_an_order_that_was_refused_is_refused_again_also_when_nothing_stands_in_its_way_any_more() =>
        Assert.IsType<RefusedBefore>(Admission.Start(Idle() with { Refused = new RunIdentity(5, "backup-5") }, Run(5), epoch: 3));

    [Theory]
    [InlineData(5, 0)]
    [InlineData(7, 0)]
    [InlineData(0, 6)]
    public void A_token_that_was_seen_or_fenced_is_superseded(long highestOnDisk, long lowestValid) =>
        Assert.IsType<Superseded>(Admission.Start(
            Idle() with { Ledger = AgentLedger.Empty with { HighestToken = highestOnDisk }, LowestValidToken = lowestValid }, Run(5), epoch: 3));

    [Fact]
    public void A_higher_token_beside_a_run_that_has_not_ended_is_refused_and_the_older_one_fenced_first()
    {
        var verdict = Assert.IsType<Refuse>(Admission.Start(Idle() with { Running = new RunIdentity(5, "backup-5") }, Run(9), epoch: 3));

        Assert.Equal(5, verdict.FenceFirst);
        Assert.Contains("backup-5", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_stops_refuses() =>
        Assert.Equal("the node is stopping", Assert.IsType<Refuse>(Admission.Start(Idle() with { Stopping = true }, Run(5), epoch: 3)).Reason);

    [Fact]
    public void Fencing_puts_the_token_on_record_and_cancels_the_run_only_if_it_is_that_tokens()
    {
        var running = Idle() with { Running = new RunIdentity(5, "backup-5"), Ledger = AgentLedger.Empty.Started(Run(5)) };

        Assert.Equal(new FenceVerdict(AgentLedger.Empty with { HighestToken = 9 }, CancelFirst: false), Admission.Fence(Idle(), 9));
        Assert.Equal(new FenceVerdict(running.Ledger, CancelFirst: true), Admission.Fence(running, 5));
        Assert.False(Admission.Fence(running, 4).CancelFirst);
        Assert.Equal(5, Admission.Fence(running, 4).Ledger.HighestToken);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Only_epochs_lower_than_the_highest_are_outdated(long epoch, bool outdated) =>
        Assert.Equal(outdated, Admission.IsOutdated(AgentLedger.Empty with { HighestEpoch = 3 }, epoch));

    private static AgentSituation Idle() => new(AgentLedger.Empty, 0, null, null, Stopping: false);

    private static LedgerRun Run(long token) => new($"backup-{token}", Operation.Backup, token, Now);

    private static void Sample(Action<AgentNight> check) => Nights.Sample(moves => check(AgentNight.Play(moves)), iter: 5_000);
}
