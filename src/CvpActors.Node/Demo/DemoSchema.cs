namespace CvpActors.Node.Demo;

/// <summary>The tables of the made-up reporting database: the names of Unified CVP, a few columns each.</summary>
internal static class DemoSchema
{
    public const string Tables = """
        CREATE TABLE call (callid INTEGER PRIMARY KEY, ani TEXT, dnis TEXT, startdatetime INTEGER NOT NULL, duration INTEGER);
        CREATE TABLE callevent (eventid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, eventdatetime INTEGER NOT NULL, eventtype TEXT);
        CREATE TABLE vxmlsession (sessionid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, startdatetime INTEGER NOT NULL, appname TEXT);
        CREATE TABLE vxmlelement (elementid INTEGER PRIMARY KEY, sessionid INTEGER NOT NULL, enterdatetime INTEGER NOT NULL, elementname TEXT);
        CREATE TABLE vxmlelementdetail (detailid INTEGER PRIMARY KEY, elementid INTEGER NOT NULL, eventdatetime INTEGER NOT NULL, varname TEXT, varvalue TEXT);
        CREATE TABLE callback (callbackid INTEGER PRIMARY KEY, callid INTEGER NOT NULL, requestdatetime INTEGER NOT NULL, phonenumber TEXT);
        CREATE TABLE trunkgrouputilization (id INTEGER PRIMARY KEY, eventdatetime INTEGER NOT NULL, trunkgroup TEXT, busy INTEGER);
        CREATE INDEX call_start ON call (startdatetime);
        CREATE INDEX callevent_time ON callevent (eventdatetime);
        CREATE INDEX callevent_call ON callevent (callid);
        """;
}
