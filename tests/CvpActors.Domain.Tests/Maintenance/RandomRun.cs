using System.Collections.Immutable;
using CsCheck;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;
using CvpActors.Domain.Maintenance.Folding;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>What somebody does to a database in a random run.</summary>
internal enum MoveKind
{
    Tick,
    TickAtNextWake,
    TickAtManyWakes,
    EndRun,
    EndAnotherRun,
    Request,
    Cancel,
    ClearLock,
    LetPurgeGo,
    SetClock,
    Pause,
    Resume,
    ReportRunning,
    ReportIdle,
    Fence,
    TakeOver,
    LoseAgent,
    FindAgent,
    RestartCoordinator,
    ChangeSchedules,
    LoseTokens,
    FillUp,
    MakeRoom,
    BeSilent,
    Retire,
}

/// <summary>One move: the clock goes by <paramref name="Step"/> (backwards too), then <paramref name="Kind"/> happens; <paramref name="Choice"/> picks its variant.</summary>
internal sealed record Move(MoveKind Kind, TimeSpan Step, int Choice);

/// <summary>One event with the states around it.</summary>
internal sealed record Transition(DatabaseState Before, IDatabaseEvent Event, DatabaseState After);

/// <summary>What was put to the decider: a wish or a fact.</summary>
internal sealed record Input(DatabaseCommand? Command, DatabaseFact? Fact)
{
    public (ImmutableArray<IDatabaseEvent> Events, DatabaseReply? Reply) Put(DatabaseState state, DatabasePolicy policy, DecisionContext context)
    {
        if (Fact is not null)
        {
            return (DatabaseDecider.Integrate(state, policy, Fact, context), null);
        }

        var decision = DatabaseDecider.Decide(state, policy, Command!, context);
        return (decision.Events, decision.Reply);
    }
}

/// <summary>One decision with all that it was made from.</summary>
internal sealed record Step(
    DatabaseState Before,
    DatabasePolicy Policy,
    Input Input,
    DecisionContext Context,
    ImmutableArray<IDatabaseEvent> Events,
    DatabaseReply? Reply,
    ImmutableArray<Transition> Transitions,
    DatabaseState After);

/// <summary>A random sequence of moves, played through <c>Decide</c> and <c>Apply</c>.</summary>
internal sealed class RandomRun
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Gen<TimeSpan> Steps = Gen.Frequency(
        (20, Gen.Const(TimeSpan.Zero)),
        (30, Gen.Int[1, 900].Select(s => TimeSpan.FromSeconds(s))),
        (12, Gen.Int[1, 24].Select(n => TimeSpan.FromMinutes(10 * n))),
        (6, Gen.Int[1, 30].Select(h => TimeSpan.FromHours(h))),
        (2, Gen.Int[1, 5].Select(d => TimeSpan.FromDays(d))),
        (5, Gen.Int[1, 60].Select(s => TimeSpan.FromSeconds(-s))),
        (3, Gen.Int[61, 3700].Select(s => TimeSpan.FromSeconds(-s))),
        (1, Gen.Int[1, 40].Select(h => TimeSpan.FromHours(-h))));

    private static readonly Gen<MoveKind> Kinds = Gen.Frequency(
        (14, Gen.Const(MoveKind.Tick)),
        (20, Gen.Const(MoveKind.TickAtNextWake)),
        (8, Gen.Const(MoveKind.TickAtManyWakes)),
        (18, Gen.Const(MoveKind.EndRun)),
        (3, Gen.Const(MoveKind.EndAnotherRun)),
        (9, Gen.Const(MoveKind.Request)),
        (3, Gen.Const(MoveKind.Cancel)),
        (2, Gen.Const(MoveKind.ClearLock)),
        (2, Gen.Const(MoveKind.LetPurgeGo)),
        (2, Gen.Const(MoveKind.SetClock)),
        (2, Gen.Const(MoveKind.Pause)),
        (3, Gen.Const(MoveKind.Resume)),
        (9, Gen.Const(MoveKind.ReportRunning)),
        (2, Gen.Const(MoveKind.ReportIdle)),
        (4, Gen.Const(MoveKind.Fence)),
        (5, Gen.Const(MoveKind.TakeOver)),
        (4, Gen.Const(MoveKind.LoseAgent)),
        (9, Gen.Const(MoveKind.FindAgent)),
        (2, Gen.Const(MoveKind.RestartCoordinator)),
        (1, Gen.Const(MoveKind.ChangeSchedules)),
        (1, Gen.Const(MoveKind.LoseTokens)),
        (3, Gen.Const(MoveKind.FillUp)),
        (6, Gen.Const(MoveKind.MakeRoom)),
        (2, Gen.Const(MoveKind.BeSilent)),
        (2, Gen.Const(MoveKind.Retire)));

    private static readonly Gen<Move> Moves = Gen.Select(Kinds, Steps, Gen.Int[0, 999], (kind, step, choice) => new Move(kind, step, choice));

    private static readonly Gen<(int Policy, Move[] Moves)> Plans = Gen.Select(Gen.Int[0, 999], Moves.Array[10, 120]);

    private readonly List<Step> _steps = [];
    private DateTimeOffset _now = Scenario.Due.AddHours(-5);
    private readonly TimeSpan _passed;
    private (DateTimeOffset Shown, TimeSpan Passed)? _lastLook;
    private AgentPresence _agent = AgentPresence.On("reporting-1");
    private RunSlot _slot;
    private DatabasePolicy _policy;

    private RandomRun(int policy, IEnumerable<Move> moves)
    {
        _policy = new DatabasePolicy(
            "reporting",
            new OperationPolicy(ScheduleOf(policy % 7), policy % 3 == 0 ? Short : RetryPolicy.Backup) { ExpectedWithin = ExpectedOf(policy % 3) },
            new OperationPolicy(ScheduleOf(policy / 7 % 7), policy % 5 == 0 ? Short : RetryPolicy.Purge) { ExpectedWithin = ExpectedOf(policy / 3 % 3) },
            policy % 2 == 0 ? DatabasePolicy.DefaultLockMaxAge : TimeSpan.FromHours(2))
        {
            RetireAfter = policy % 4 == 0 ? TimeSpan.FromHours(5) : DatabasePolicy.DefaultRetireAfter,
        };
        Do(new SchedulesConfigured());
        foreach (var move in moves)
        {
            _now += move.Step;
            _passed += move.Step > TimeSpan.Zero ? move.Step : TimeSpan.Zero;
            Play(move);
        }
    }

    private static TimeSpan? ExpectedOf(int choice) => choice switch { 0 => null, 1 => TimeSpan.FromHours(2), _ => TimeSpan.FromHours(26) };

    public IReadOnlyList<Step> Decisions => _steps;

    public IEnumerable<Transition> Transitions => _steps.SelectMany(s => s.Transitions);

    public IEnumerable<IDatabaseEvent> Events => Transitions.Select(t => t.Event);

    public DatabaseState State { get; private set; } = DatabaseState.Initial;

    private static RetryPolicy Short { get; } = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(25));

    /// <summary>Holds <paramref name="property"/> against many random runs; a counterexample is shrunk and printed with its seed.</summary>
    public static void Sample(Action<RandomRun> property, long runs = 600) =>
        Plans.Sample(plan => property(new RandomRun(plan.Policy, plan.Moves)), iter: runs);

    /// <summary>Holds <paramref name="property"/> against every decision of many random runs.</summary>
    public static void SampleSteps(Action<Step> property) => Sample(run => run._steps.ForEach(property));

    /// <summary>Holds <paramref name="property"/> against every event of many random runs.</summary>
    public static void SampleTransitions(Action<Transition> property) => SampleSteps(step => step.Transitions.ToList().ForEach(property));

    private static TestSchedule? ScheduleOf(int choice) => choice switch
    {
        0 or 1 or 2 => TestSchedule.Nightly,
        3 => new TestSchedule(Scenario.Due.AddMinutes(5), Day),
        4 => new TestSchedule(Scenario.Due, TimeSpan.FromHours(3)),
        5 => new TestSchedule(Scenario.Due, TimeSpan.FromMinutes(45)),
        _ => null,
    };

    private void Play(Move move)
    {
        var choice = move.Choice;
        switch (move.Kind)
        {
            case MoveKind.Tick:
                Do(new TimePassed());
                break;
            case MoveKind.TickAtNextWake:
                TickAtNextWake();
                break;
            case MoveKind.TickAtManyWakes:
                for (var n = 0; n < choice % 45; n++)
                {
                    TickAtNextWake();
                }

                break;
            case MoveKind.EndRun when State.Lock is { } held:
                Do(new RunEnded(held.Token, OutcomeOf(choice)));
                break;
            case MoveKind.EndAnotherRun:
                Do(new RunEnded(PastToken(choice) ?? 1, OutcomeOf(choice)));
                break;
            case MoveKind.Request:
                Do(choice % 7 == 3
                    ? Locks.RestoreTests.Request(Operation.Restore)
                    : new RequestRun(choice % 2 == 0 ? Operation.Backup : Operation.Purge, choice % 5 == 0, choice % 3 == 0 ? $"key-{choice % 4}" : null));
                break;
            case MoveKind.Cancel:
                Do(new CancelAttempt(choice % 4 == 0 ? State.Attempts.LastOrDefault()?.Id ?? "backup-0" : State.Lock?.AttemptId ?? "purge-0"));
                break;
            case MoveKind.ClearLock:
                Do(new ClearLock("by hand"));
                break;
            case MoveKind.LetPurgeGo:
                Do(new LetPurgeGo("the source was silent"));
                break;
            case MoveKind.SetClock:
                // In a span without events, and seen by the next look all the same; forwards it may be so that time has passed.
                _now += TimeSpan.FromMinutes((choice - 500) * (choice % 3 == 0 ? 100 : 1));
                break;
            case MoveKind.Pause:
                Do(new PauseSchedules(choice % 3 == 0 ? null : _now.AddMinutes((choice * 3) - 10), "for a while"));
                break;
            case MoveKind.Resume:
                Do(new ResumeSchedules());
                break;
            case MoveKind.ReportRunning when State.Lock is { } held:
                Do(new AgentReported(held.Token, held.Token, choice % 3 == 0 ? TimeSpan.FromMinutes(choice) : held.Age(_now), []));
                break;
            case MoveKind.ReportIdle:
                var last = PastToken(0) ?? 0;
                Do(new AgentReported(choice % 2 == 0 ? last : last - 1, RunningToken: null, TimeSpan.Zero, choice % 5 == 0 ? [last] : []));
                break;
            case MoveKind.Fence:
                Do(new HolderFenced(choice % 4 == 0 ? PastToken(choice) ?? 1 : State.Lock?.Token ?? 1));
                break;
            case MoveKind.TakeOver:
                foreach (var alert in State.Alerts)
                {
                    Do(new NotificationTakenOver(alert.Id, alert.ClearedAt is null ? AlertPhase.Raised : AlertPhase.Cleared));
                }

                break;
            case MoveKind.LoseAgent:
                _agent = _agent with { Contact = AgentContact.Unreachable };
                break;
            case MoveKind.FindAgent:
                _agent = AgentPresence.On("reporting-1");
                break;
            case MoveKind.RestartCoordinator:
                _agent = AgentPresence.Awaited;
                Do(new SchedulesConfigured());
                break;
            case MoveKind.ChangeSchedules:
                _policy = _policy with
                {
                    Backup = _policy.Backup with { Schedule = ScheduleOf(choice % 7) },
                    Purge = _policy.Purge with { Schedule = ScheduleOf(choice / 7 % 7) },
                    Remotes = choice % 3 == 0 ? [] : ["hq", $"dr-{choice % 3}"],
                    HasDrills = choice % 3 == 1,
                };
                Do(new SchedulesConfigured());
                break;
            case MoveKind.LoseTokens:
                Do(new AgentReported(State.LatestNumber + choice, RunningToken: null, TimeSpan.Zero, []));
                break;
            case MoveKind.FillUp:
                _slot = new RunSlot(RunSlotState.Waiting, "4 operations run on reporting-1");
                break;
            case MoveKind.BeSilent:
                _agent = _agent with { Contact = AgentContact.Unreachable, SilentFor = TimeSpan.FromMinutes(choice) };
                Do(new TimePassed());
                break;
            case MoveKind.Retire when choice % 3 == 0:
                Do(new TakenOutOfConfiguration());
                break;
            case MoveKind.Retire:
                Do(new RetireDatabase("sold"));
                break;
            case MoveKind.MakeRoom:
                _slot = default;
                Do(new TimePassed());
                break;
        }
    }

    private void TickAtNextWake()
    {
        if (DatabaseDecider.NextWakeAt(State, _policy, _slot) is { } next && next > _now)
        {
            _now = next;
        }

        Do(new TimePassed());
    }

    private void Do(DatabaseCommand command) => Do(new Input(command, null));

    private void Do(DatabaseFact fact) => Do(new Input(null, fact));

    private void Do(Input input)
    {
        var before = State;
        var context = new DecisionContext(_now, _agent, _slot) { ClockAtLeast = _lastLook is { } last ? last.Shown + (_passed - last.Passed) : null };
        _lastLook = (_now, _passed);
        var (events, reply) = input.Put(before, _policy, context);
        var transitions = ImmutableArray.CreateBuilder<Transition>();
        foreach (var happened in events)
        {
            var next = DatabaseFold.Apply(State, happened);
            transitions.Add(new Transition(State, happened, next));
            State = next;
        }

        _steps.Add(new Step(before, _policy, input, context, events, reply, transitions.ToImmutable(), State));
    }

    private long? PastToken(int choice)
    {
        var tokens = State.Attempts.Where(a => a.Token is not null).Select(a => a.Token!.Value).ToArray();
        return tokens.Length == 0 ? null : tokens[^(1 + (choice % Math.Min(3, tokens.Length)))];
    }

    private static Outcome OutcomeOf(int choice) => (choice % 10) switch
    {
        < 4 => new Outcome(AttemptState.Succeeded),
        < 5 => new Outcome(AttemptState.Failed, "it is held") { Held = new PurgeHold([new HoldReason($"clock {choice % 4}", "the clock is ahead")]) },
        < 7 => new Outcome(AttemptState.Failed, "no luck"),
        < 8 => new Outcome(AttemptState.Lost, "crashed"),
        _ => new Outcome(AttemptState.Cancelled, "stopped"),
    };
}
