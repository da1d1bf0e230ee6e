using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Tests.Agents;

internal enum AgentMoveKind
{
    GrantAndOrder,
    GrantOnly,
    RepeatOrder,
    RepeatLatestOrder,
    FenceLatest,
    FenceAny,
    CancelRun,
    RunEnds,
    AgentCrashes,
    DiskFills,
    DiskHasRoom,
    CoordinatorMoves,
    OldCoordinatorOrders,
    NodeStops,
}

/// <summary>One thing that happens to an agent; <paramref name="Choice"/> picks which of several.</summary>
internal sealed record AgentMove(AgentMoveKind Kind, int Choice);

/// <summary>
/// An agent in memory that does with the verdicts of <see cref="Admission"/> what the real one does, on a disk that may be full, in a
/// process that may die; and a network that keeps a copy of every order and delivers it whenever it likes.
/// </summary>
internal sealed class AgentNight
{
    private readonly List<(LedgerRun Run, long Epoch)> _orders = [];

    private AgentLedger _onDisk = AgentLedger.Empty;
    private bool _diskIsFull;
    private long _nextToken = 1;
    private long _epoch = 1;

    // What dies with the process.
    private AgentLedger _ledger = AgentLedger.Empty;
    private Fence _fence = new(0);
    private RunIdentity? _running;
    private RunIdentity? _refused;
    private long? _tellFencedAtEnd;
    private bool _stopping;

    public List<long> Started { get; } = [];

    public HashSet<long> ToldFenced { get; } = [];

    public List<long> StartedAfterFenced { get; } = [];

    public int StartedBesideAnother { get; private set; }

    public int StartedWithoutRecord { get; private set; }

    public int FollowedOutdated { get; private set; }

    public int Refusals { get; private set; }

    public int Superseded { get; private set; }

    public int Crashes { get; private set; }

    public static AgentNight Play(IEnumerable<AgentMove> moves)
    {
        var night = new AgentNight();
        foreach (var move in moves)
        {
            night.Play(move);
        }

        return night;
    }

    private void Play(AgentMove move)
    {
        switch (move.Kind)
        {
            case AgentMoveKind.GrantAndOrder:
                Grant();
                Deliver(_orders[^1]);
                break;
            case AgentMoveKind.GrantOnly:
                Grant();
                break;
            case AgentMoveKind.RepeatOrder when _orders.Count > 0:
                Deliver(_orders[move.Choice % _orders.Count]);
                break;
            case AgentMoveKind.RepeatLatestOrder when _orders.Count > 0:
                Deliver(_orders[^1]);
                break;
            case AgentMoveKind.FenceLatest when _orders.Count > 0:
                FenceToken(_orders[^1].Run.Token);
                break;
            case AgentMoveKind.FenceAny when _orders.Count > 0:
                FenceToken(_orders[move.Choice % _orders.Count].Run.Token);
                break;
            case AgentMoveKind.CancelRun or AgentMoveKind.RunEnds:
                EndRun();
                break;
            case AgentMoveKind.AgentCrashes:
                Crash();
                break;
            case AgentMoveKind.DiskFills:
                _diskIsFull = true;
                break;
            case AgentMoveKind.DiskHasRoom:
                _diskIsFull = false;
                break;
            case AgentMoveKind.CoordinatorMoves:
                _epoch++;
                Keep(_ledger with { HighestEpoch = Math.Max(_ledger.HighestEpoch, _epoch) });
                break;
            case AgentMoveKind.OldCoordinatorOrders when _epoch > 1:
                Deliver((Next(), _epoch - 1));
                break;
            case AgentMoveKind.NodeStops:
                _stopping = true;
                break;
        }
    }

    private LedgerRun Next()
    {
        var token = _nextToken++;
        return new LedgerRun($"backup-{token}", Operation.Backup, token, DateTimeOffset.UnixEpoch);
    }

    private void Grant() => _orders.Add((Next(), _epoch));

    private void Deliver((LedgerRun Run, long Epoch) order)
    {
        if (Admission.IsOutdated(_ledger, order.Epoch))
        {
            return;
        }

        switch (Admission.Start(Situation(), order.Run, order.Epoch))
        {
            case Refuse refuse:
                if (refuse.FenceFirst is { } older)
                {
                    _fence.Bar(older);
                }

                Refuse(order.Run);
                break;
            case Launch launch when Keep(launch.Ledger):
                Start(order.Run, order.Epoch);
                break;
            case Launch:
                Refuse(order.Run);
                break;
            case Domain.Agents.Superseded:
                Superseded++;
                break;
        }
    }

    private void Start(LedgerRun run, long epoch)
    {
        StartedBesideAnother += _running is null ? 0 : 1;
        StartedWithoutRecord += _onDisk.Running == run && _onDisk.HighestToken >= run.Token ? 0 : 1;
        FollowedOutdated += epoch < _ledger.HighestEpoch ? 1 : 0;
        if (ToldFenced.Contains(run.Token))
        {
            StartedAfterFenced.Add(run.Token);
        }

        Started.Add(run.Token);
        _fence.Admit(run.Token);
        _running = new RunIdentity(run.Token, run.AttemptId);
    }

    private void Refuse(LedgerRun run)
    {
        Refusals++;
        _refused = new RunIdentity(run.Token, run.AttemptId);
    }

    private void FenceToken(long token)
    {
        var verdict = Admission.Fence(Situation(), token);
        _fence.Bar(token);
        if (!Keep(verdict.Ledger))
        {
            return;
        }

        if (verdict.CancelFirst)
        {
            _tellFencedAtEnd = token;
        }
        else
        {
            ToldFenced.Add(token);
        }
    }

    private void EndRun()
    {
        // On a full disk the run counts as running, and is ended again later.
        if (_running is { } run && Keep(_ledger.Ended(new RunReport(run.Token, run.AttemptId, new Outcome(AttemptState.Succeeded)))))
        {
            _running = null;
            if (_tellFencedAtEnd is { } token)
            {
                ToldFenced.Add(token);
                _tellFencedAtEnd = null;
            }
        }
    }

    private void Crash()
    {
        Crashes++;
        (_running, _refused, _tellFencedAtEnd, _stopping) = (null, null, null, false);
        _ledger = _onDisk.AfterCrash();
        _fence = new Fence(_ledger.HighestToken);
        Write(_ledger);
    }

    private AgentSituation Situation() => new(_ledger, _fence.Highest, _running, _refused, _stopping);

    private bool Keep(AgentLedger next)
    {
        if (next == _ledger)
        {
            return true;
        }

        if (!Write(next))
        {
            return false;
        }

        _ledger = next;
        return true;
    }

    private bool Write(AgentLedger ledger)
    {
        if (_diskIsFull)
        {
            return false;
        }

        _onDisk = ledger;
        return true;
    }
}
