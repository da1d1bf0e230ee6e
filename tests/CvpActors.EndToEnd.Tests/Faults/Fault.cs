namespace CvpActors.EndToEnd.Tests.Faults;

/// <summary>Something that breaks for a while and is whole again.</summary>
internal sealed record Fault(FaultKind Kind, int Node, int Other, TimeSpan For)
{
    public static Fault Random(Random random)
    {
        var kinds = Enum.GetValues<FaultKind>();
        var node = random.Next(1, FaultSite.Size + 1);
        var other = 1 + ((node + random.Next(FaultSite.Size - 1)) % FaultSite.Size);
        return new Fault(kinds[random.Next(kinds.Length)], node, other, TimeSpan.FromMilliseconds(random.Next(300, 9000)));
    }

    public async Task HappenAsync(FaultSite site)
    {
        switch (Kind)
        {
            case FaultKind.Kill:
                await site[Node].KillAsync();
                await LastAsync();
                await site.StartAsync(Node);
                break;
            case FaultKind.Terminate:
                // What the fault before has cut off may have ended by itself only now, and there must be something to be stopped.
                await site.StartWhatHasEndedAsync();
                await site.TerminateAsync(Node);
                await site.StartAsync(Node);
                break;
            case FaultKind.Freeze:
                site[Node].Freeze();
                await LastAsync();
                site[Node].Thaw();
                break;
            case FaultKind.CutOff:
                site.Network.Cut(Node);
                await LastAsync();
                site.Network.Mend(Node);
                break;
            case FaultKind.LoseOneWay:
                site.Network.Lose(Node, Other);
                await LastAsync();
                site.Network.Deliver(Node, Other);
                break;
            case FaultKind.LoseBothWays:
                site.Network.Lose(Node, Other);
                site.Network.Lose(Other, Node);
                await LastAsync();
                site.Network.Deliver(Node, Other);
                site.Network.Deliver(Other, Node);
                break;
            case FaultKind.StopJournal:
                site.Postgres.Stop();
                await LastAsync();
                site.Postgres.Start();
                break;
            case FaultKind.SetClock:
                site.SetClock(Node, Other % 2 == 0 ? "+42d" : "-13h");
                await LastAsync();
                site.SetClock(Node, "+0");
                break;
        }
    }

    private Task LastAsync() => Task.Delay(For, TimeProvider.System);
}

internal enum FaultKind
{
    Kill,
    Terminate,
    Freeze,
    CutOff,
    LoseOneWay,
    LoseBothWays,
    StopJournal,
    SetClock,
}
