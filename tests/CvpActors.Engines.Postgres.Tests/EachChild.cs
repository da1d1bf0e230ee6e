using CvpActors.Domain.Running;

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>Hears of each program that a run starts.</summary>
internal sealed class EachChild(Action<RunChild> started) : IRunChildren
{
    public void Started(RunChild child) => started(child);
}
