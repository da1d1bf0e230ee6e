namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// Remotes that were ever named are remembered: whoever answers for the shipments to one must be there to clear its alert, also when it was
/// taken out of the configuration just before a coordinator came to its end. Drills likewise.
/// </summary>
internal static class RemoteRules
{
    public static void Remember(Draft draft)
    {
        foreach (var added in draft.Policy.Remotes.Except(draft.State.Remotes ?? []))
        {
            draft.Record(new RemoteNamed(draft.Now, added));
        }

        if (draft is { Policy.HasDrills: true, State.HasHadDrills: false })
        {
            draft.Record(new DrillsNamed(draft.Now));
        }
    }
}
