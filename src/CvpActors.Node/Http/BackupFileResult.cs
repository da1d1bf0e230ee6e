using CvpActors.Domain.Ports;
using Microsoft.Net.Http.Headers;

namespace CvpActors.Node.Http;

/// <summary>A backup file as an answer: ranges work, and its tag, the SHA-256, tells who resumes whether it is still the same file.</summary>
internal static class BackupFileResult
{
    public static IResult Of(BackupFileContent file) => Results.Stream(
        file.Content,
        "application/octet-stream",
        lastModified: file.Manifest.CompletedAt,
        entityTag: new EntityTagHeaderValue($"\"{file.Manifest.Sha256}\""),
        enableRangeProcessing: true);
}
