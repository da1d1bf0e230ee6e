using System.CommandLine;
using System.Globalization;
using CvpActors.Cli;

// On Windows the machine's culture would otherwise decide how numbers are written.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

var root = new RootCommand("cvpctl speaks to a node of CvpActors over HTTP, and does what is done while no node runs.")
{
    StatusCommand.Create(),
    ReleaseCommand.Create(),
    ShipCommand.Create(),
    RestoreCommand.Create(),
    DrillCommand.Create(),
    RemoteCommands.CreateGenerations(),
    RemoteCommands.CreateFetch(),
    ConfigCommand.Create(),
    JournalCommand.Create(),
    InformixCommand.Create(),
    SnmpCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
