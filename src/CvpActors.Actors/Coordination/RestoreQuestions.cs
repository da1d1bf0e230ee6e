using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Coordination;

/// <summary>What a restore would do, only the agent can see; the coordinator adds what it alone remembers.</summary>
internal static class RestoreQuestions
{
    /// <summary>Passes the question on to the agent, who answers whoever asked; or answers why nobody can.</summary>
    public static void Pass(PlanRestore question, DatabaseAnswer? instead, DatabaseState state, PastRestore? proven, AgentConnection agent, IActorRef from)
    {
        if (instead is null && agent is { Ref: { } connected, Presence.Contact: AgentContact.Connected })
        {
            connected.Tell(question with { Last = LastOf(state) ?? proven, Purged = state.KnownPurges }, from);
            return;
        }

        from.Tell(instead ?? new DatabaseAnswer(new AgentMissing($"the agent of {question.Database} is not connected; check that its reporting node runs and is in the cluster")
        {
            Awaited = agent.Presence.Contact == AgentContact.Awaited,
        }));
    }

    private static PastRestore? LastOf(DatabaseState state) => state.Restore?.LastSuccess is { Outcome: { Restore: { } restored } outcome }
        ? new PastRestore(outcome.Elapsed, restored.Bytes)
        : null;
}
