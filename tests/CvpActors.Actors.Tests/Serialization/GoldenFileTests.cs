using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Akka.Actor;
using CvpActors.Actors.Serialization;
using CvpActors.Actors.Tests.Support;

namespace CvpActors.Actors.Tests.Serialization;

/// <summary>
/// What stands in journals and travels between nodes of different versions is permanent. A difference here is either a
/// mistake or a new manifest; for a new type, run once with the variable WRITE_GOLDEN_FILES set and commit what appears.
/// </summary>
public sealed class GoldenFileTests : ActorSpec
{
    public static TheoryData<string> SampleNames => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_sample_is_written_as_its_golden_file_says_and_the_golden_file_can_be_read_back(string name)
    {
        var sample = Samples.All[name];
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        var written = serializer.ToBinary(sample);
        var file = Path.Combine(Folder(), Samples.FileOf(name));
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("WRITE_GOLDEN_FILES") is not null)
        {
            File.WriteAllText(file, Encoding.UTF8.GetString(written) + "\n");
        }

        var golden = File.ReadAllText(file);
        Assert.Equal(golden.TrimEnd(), Encoding.UTF8.GetString(written));

        var read = serializer.FromBinary(Encoding.UTF8.GetBytes(golden), Samples.ManifestOf(name));
        Assert.IsType(sample.GetType(), read);
        Assert.Equal(golden.TrimEnd(), Encoding.UTF8.GetString(serializer.ToBinary(read)));
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void A_sample_with_a_property_of_a_newer_version_can_be_read(string name)
    {
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        var written = serializer.ToBinary(Samples.All[name]);
        var newer = JsonNode.Parse(written)!.AsObject();
        newer["addedLater"] = 1;
        var read = serializer.FromBinary(Encoding.UTF8.GetBytes(newer.ToJsonString()), Samples.ManifestOf(name));
        Assert.Equal(written, serializer.ToBinary(read));
    }

    [Fact]
    public void Every_manifest_has_a_sample_of_its_type_and_every_golden_file_a_sample()
    {
        Assert.Equal(Manifests.ByName.Keys.Order(), Samples.All.Keys.Select(Samples.ManifestOf).Distinct().Order());
        Assert.All(Samples.All, s => Assert.Equal(Samples.ManifestOf(s.Key), Manifests.ByType[s.Value.GetType()]));
        Assert.Equal(
            Samples.All.Keys.Select(Samples.FileOf).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Folder()).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Golden");
}
