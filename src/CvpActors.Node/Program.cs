using System.Globalization;
using CvpActors.Node.Hosting;

// On Windows the machine's culture would otherwise decide how numbers are written.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

return await NodeCommand.RunAsync(args);
