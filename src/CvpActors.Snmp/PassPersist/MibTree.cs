using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Notifications;

namespace CvpActors.Snmp.PassPersist;

/// <summary>An instance and its value, in the words of snmpd's pass_persist.</summary>
/// <param name="Name">The instance.</param>
/// <param name="Type">The type's name as snmpd reads it.</param>
/// <param name="Value">The value on one line.</param>
internal sealed record MibInstance(ObjectIdentifier Name, string Type, string Value);

/// <summary>
/// A snapshot laid out as CVPACTORS-MIB says, in the order of object identifiers. <see cref="Scalars"/> and <see cref="Columns"/>
/// mirror the module: whoever changes one changes the other.
/// </summary>
internal sealed class MibTree
{
    private const uint Never = uint.MaxValue;
    private const int LongestKey = 100;

    private static readonly (uint Number, Func<MibSnapshot, Cell> Value)[] Scalars =
    [
        (1, s => Cell.Text(s.CoordinatorNode)),
        (2, s => Cell.Unsigned(s.Epoch)),
        (3, s => Cell.Gauge(s.Databases.Count)),
        (4, s => Cell.Gauge(s.OpenAlerts)),
    ];

    private static readonly (uint Number, Func<DatabaseSnapshot, MibSnapshot, Cell> Value)[] Columns =
    [
        (2, (d, _) => Cell.Text(d.Id)),
        (3, (d, _) => Cell.Choice((int)d.Lock)),
        (4, (d, _) => Cell.Seconds(d.LockAge)),
        (5, (d, _) => Cell.Moment(d.BackupSuccessAt)),
        (6, (d, s) => Cell.Age(d.BackupSuccessAt, s.TakenAt)),
        (7, (d, _) => Cell.Moment(d.PurgeSuccessAt)),
        (8, (d, s) => Cell.Age(d.PurgeSuccessAt, s.TakenAt)),
        (9, (d, _) => Cell.Window(d.BackupWindow)),
        (10, (d, _) => Cell.Gauge(d.BackupWindow?.Retries ?? 0)),
        (11, (d, _) => Cell.Moment(d.BackupWindow?.NextAttemptAt)),
        (12, (d, _) => Cell.Window(d.PurgeWindow)),
        (13, (d, _) => Cell.Gauge(d.PurgeWindow?.Retries ?? 0)),
        (14, (d, _) => Cell.Moment(d.PurgeWindow?.NextAttemptAt)),
        (15, (d, _) => Cell.Seconds(d.ShipmentLag)),
        (16, (d, _) => Cell.Gauge(d.OpenAlerts)),
    ];

    private readonly MibInstance[] _instances;

    private MibTree(MibInstance[] instances) => _instances = instances;

    /// <summary>A tree without instances.</summary>
    public static MibTree Empty { get; } = new([]);

    /// <summary>Lays a snapshot out below a root.</summary>
    public static MibTree Of(MibSnapshot snapshot, ObjectIdentifier root)
    {
        var cluster = root.Append(1, 1);
        var entry = root.Append(1, 2, 1, 1);
        var scalars = Scalars.Select(s => s.Value(snapshot).At(cluster.Append(s.Number, 0)));
        var cells = snapshot.Databases.SelectMany(d => Columns.Select(c => c.Value(d, snapshot).At(entry.Append([c.Number, .. Key(d.Id)]))));

        // Two ids that are alike in their first 100 octets would be one instance; the first of them is shown.
        return new MibTree([.. scalars.Concat(cells).DistinctBy(i => i.Name).OrderBy(i => i.Name)]);
    }

    /// <summary>The instance of exactly this name, or null.</summary>
    public MibInstance? Get(ObjectIdentifier name) => Find(name) is >= 0 and var index ? _instances[index] : null;

    /// <summary>The first instance after this name, or null at the end.</summary>
    public MibInstance? Next(ObjectIdentifier name)
    {
        var index = Find(name);
        var next = index >= 0 ? index + 1 : ~index;
        return next < _instances.Length ? _instances[next] : null;
    }

    private int Find(ObjectIdentifier name) =>
        Array.BinarySearch(_instances, new MibInstance(name, "", ""), Comparer<MibInstance>.Create((a, b) => a.Name.CompareTo(b.Name)));

    private static uint[] Key(string id) => [.. System.Text.Encoding.UTF8.GetBytes(id).Take(LongestKey).Select(octet => (uint)octet)];

    /// <summary>A value without its place.</summary>
    private readonly record struct Cell(string Type, string Value)
    {
        public static Cell Text(string text)
        {
            // A value is one line, and whatever steers a terminal has no business in it either.
            var line = string.Concat((text ?? "").Select(c => char.IsControl(c) ? ' ' : c));
            return new Cell("string", TextualConventions.AdminString(line).ToText());
        }

        public static Cell Choice(int number) => new("integer", $"{number}");

        public static Cell Gauge(long number) => new("gauge", $"{Math.Clamp(number, 0, uint.MaxValue)}");

        public static Cell Unsigned(long number) => new("unsigned", $"{Math.Clamp(number, 0, uint.MaxValue)}");

        public static Cell Seconds(TimeSpan duration) => Gauge((long)duration.TotalSeconds);

        public static Cell Age(DateTimeOffset? since, DateTimeOffset now) => since is { } moment
            ? Gauge(Math.Min((long)(now - moment).TotalSeconds, Never - 1))
            : Gauge(Never);

        public static Cell Moment(DateTimeOffset? moment)
        {
            var octets = moment is { } known ? TextualConventions.DateAndTime(known).Span : stackalloc byte[8];
            return new Cell("octet", string.Join(' ', Convert.ToHexString(octets).Chunk(2).Select(pair => new string(pair))));
        }

        public static Cell Window(RetryWindowSnapshot? window) => Choice(window is null ? 1 : 2);

        public MibInstance At(ObjectIdentifier name) => new(name, Type, Value);
    }
}
