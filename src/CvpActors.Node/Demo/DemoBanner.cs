namespace CvpActors.Node.Demo;

/// <summary>What a newcomer reads first.</summary>
internal static class DemoBanner
{
    public static void Write(string url) => Console.WriteLine($$"""

        CvpActors demonstration, one node.

        A made-up reporting database, "reporting", is backed up and purged every half minute, at :00 and at :30.
        Both fall due together, and they must never overlap: the backup goes first, the purge is blocked and tried again
        every 5 s until it succeeds. From the second backup on the one before it is cvp_backup_data.old, which is sent to the
        remote "hq": here a second directory, data/demo/vault. Only what has changed is sent, and the log says how much.
        During the first purge a backup on demand is asked for, and refused at once.
        Files are in data/demo. Ctrl-C stops; kill -9 is recovered from at the next start.

        Try, in another terminal:
          curl -s {{url}}/api/v1/databases/reporting                           the lock, the windows, the files
          curl -s -X POST {{url}}/api/v1/databases/reporting/backups           a backup now (202, or 409 and who holds the lock)
          curl -s -X POST {{url}}/api/v1/databases/reporting/purges -d '{"dryRun": true}'
          curl -s '{{url}}/api/v1/databases/reporting/attempts?limit=5'        what ran, what was blocked and by whom
          curl -s {{url}}/api/v1/databases/reporting/files/cvp_backup_data     refused: only the old file may be copied
          curl -s -o old.db {{url}}/api/v1/databases/reporting/files/cvp_backup_data.old
          curl -s {{url}}/api/v1/remotes/hq/databases/reporting/generations    what the other site holds
          curl -s {{url}}/api/v1/alerts                                        and /api/v1/cluster, /healthz/ready

        """);
}
