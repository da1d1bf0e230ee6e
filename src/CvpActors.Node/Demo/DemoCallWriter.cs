using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Demo;

/// <summary>Writes one made-up call with all that belongs to it.</summary>
internal sealed class DemoCallWriter(SqliteConnection connection, Random random)
{
    private const int ElementsPerSession = 3;
    private static readonly string[] EventTypes = ["newcall", "transfer", "abandon", "disconnect"];
    private static readonly string[] Elements = ["Greeting", "Menu_01", "AccountDigits", "Confirm", "Goodbye"];

    public void Write(DateTimeOffset start)
    {
        var at = start.ToUnixTimeSeconds();
        var length = random.Next(20, 900);
        var call = Insert("INSERT INTO call (ani, dnis, startdatetime, duration) VALUES ($1, $2, $3, $4)",
            Phone(), $"8{random.Next(100, 999)}", at, length);
        Insert("INSERT INTO callevent (callid, eventdatetime, eventtype) VALUES ($1, $2, $3)", call, at, EventTypes[0]);
        Insert("INSERT INTO callevent (callid, eventdatetime, eventtype) VALUES ($1, $2, $3)",
            call, at + length, EventTypes[random.Next(1, EventTypes.Length)]);
        var session = Insert("INSERT INTO vxmlsession (callid, startdatetime, appname) VALUES ($1, $2, $3)", call, at + 1, "CustomerService");
        for (var i = 0; i < ElementsPerSession; i++)
        {
            var element = Insert("INSERT INTO vxmlelement (sessionid, enterdatetime, elementname) VALUES ($1, $2, $3)",
                session, at + 2 + i, Elements[random.Next(Elements.Length)]);
            Insert("INSERT INTO vxmlelementdetail (elementid, eventdatetime, varname, varvalue) VALUES ($1, $2, $3, $4)",
                element, at + 2 + i, "value", random.Next(1_000_000).ToString());
        }

        if (random.Next(10) == 0)
        {
            Insert("INSERT INTO callback (callid, requestdatetime, phonenumber) VALUES ($1, $2, $3)", call, at + 5, Phone());
        }

        if (random.Next(5) == 0)
        {
            Insert("INSERT INTO trunkgrouputilization (eventdatetime, trunkgroup, busy) VALUES ($1, $2, $3)", at, "TG-1", random.Next(100));
        }
    }

    private string Phone() => $"+1555{random.Next(1_000_000, 9_999_999)}";

    private long Insert(string sql, params object[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql + " RETURNING rowid";
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        }

        return (long)command.ExecuteScalar()!;
    }
}
