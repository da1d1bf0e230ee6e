using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CvpActors.Actors.Protocol;

/// <summary>
/// Cuts what may grow into pieces that fit into a message: one that is larger than a frame of the network (128 kB) is discarded, and one
/// that nearly fills it holds up the heartbeats behind it.
/// </summary>
internal static class MessagePages
{
    /// <summary>The most that the items of one message come to, as JSON, in bytes; a larger item travels alone.</summary>
    private const int Bytes = 64 * 1024;

    /// <summary>The first of <paramref name="items"/> that fit together, at least one, and whether others follow.</summary>
    public static (ImmutableArray<T> Page, bool More) First<T>(IEnumerable<T> items)
    {
        var page = ImmutableArray.CreateBuilder<T>();
        var room = Bytes;
        foreach (var item in items)
        {
            room -= JsonSerializer.SerializeToUtf8Bytes(item, typeof(T), ViewSizes.Default).Length;
            if (room < 0 && page.Count > 0)
            {
                return (page.ToImmutable(), true);
            }

            page.Add(item);
        }

        return (page.ToImmutable(), false);
    }
}

/// <summary>What is measured before it is sent.</summary>
[JsonSerializable(typeof(DatabaseView))]
[JsonSerializable(typeof(AttemptView))]
[JsonSerializable(typeof(AlertView))]
internal sealed partial class ViewSizes : JsonSerializerContext;
