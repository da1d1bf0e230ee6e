namespace CvpActors.Domain.Running;

/// <summary>What a piece of work finds besides its result, and somebody must hear of.</summary>
public sealed class RunFindings
{
    /// <summary>What is wrong with the last backup, for a person; null when its bytes are as they were written.</summary>
    public string? DamagedBackup { get; set; }
}
