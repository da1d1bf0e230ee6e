using System.CommandLine;
using CvpActors.Cli;

var root = new RootCommand("cvpctl speaks to a node of CvpActors over HTTP.")
{
    StatusCommand.Create(),
    SnmpCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
