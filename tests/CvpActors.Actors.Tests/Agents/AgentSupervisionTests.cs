using CvpActors.Actors.Agents;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;

namespace CvpActors.Actors.Tests.Agents;

public sealed class AgentSupervisionTests : ActorSpec
{
    [Fact]
    public async Task An_agent_whose_ledger_could_not_be_read_is_brought_back_and_says_hello()
    {
        var database = new FakeDatabase();
        database.Ledger.FailingReads = 1;
        var coordinator = CreateTestProbe();

        Sys.ActorOf(DatabaseAgent.SupervisedProps(database.Maintained, coordinator, new AgentSettings("reporting-1"), TimeProvider.System));

        await coordinator.ExpectMsgAsync<AgentHello>(TimeSpan.FromSeconds(20));
        Assert.True(database.Ledger.FailingReads < 0);
    }
}
