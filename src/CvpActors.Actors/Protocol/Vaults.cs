using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;

namespace CvpActors.Actors.Protocol;

// What is agreed with a vault before bytes travel, and what it tells of what it holds. The bytes themselves go by HTTP.

/// <summary>What is there already of this generation? Answered by <see cref="GenerationOffered"/> or <see cref="VaultRefused"/>.</summary>
public sealed record OfferGeneration(BackupManifest Manifest) : IProtocolMessage;

/// <summary>What a vault has of a generation.</summary>
/// <param name="VerifiedAt">When it was verified there, UTC; null when it is not held.</param>
/// <param name="NewestSha256">What a delta may build on; null when there is nothing sound.</param>
public sealed record GenerationOffered(DateTimeOffset? VerifiedAt, string? NewestSha256) : IProtocolMessage;

/// <summary>May one delta be sent? Answered by <see cref="TicketIssued"/> or <see cref="VaultRefused"/>.</summary>
/// <param name="Manifest">What the delta makes.</param>
/// <param name="Header">How the delta begins.</param>
/// <param name="Digest">The identity of its plan.</param>
public sealed record RequestTicket(BackupManifest Manifest, byte[] Header, string Digest) : IProtocolMessage;

/// <summary>It may.</summary>
/// <param name="Upload">Where it is sent to, the ticket included.</param>
/// <param name="FirstFrame">The first frame that is to be sent.</param>
public sealed record TicketIssued(string Upload, int FirstFrame) : IProtocolMessage;

/// <summary>The vault cannot do that; nothing that it holds has changed.</summary>
/// <param name="Kind">A stable word for programs.</param>
/// <param name="Reason">What is wrong, for people.</param>
public sealed record VaultRefused(string Kind, string Reason) : IProtocolMessage;

/// <summary>What does this remote hold? Answered by <see cref="RemoteView"/>.</summary>
public sealed record GetRemote : IProtocolMessage;

/// <summary>A remote.</summary>
/// <param name="Name">The remote's name.</param>
/// <param name="Node">The node that it is on.</param>
/// <param name="BridgeUrl">Where that node's HTTP bridge is.</param>
/// <param name="FreeBytes">What is free on its disk.</param>
/// <param name="Databases">The databases of which it holds something.</param>
/// <param name="Damaged">What the last scrub found damaged, a line each.</param>
public sealed record RemoteView(
    string Name, string Node, string BridgeUrl, long FreeBytes, ImmutableArray<string> Databases, ImmutableArray<string> Damaged) : IProtocolMessage;

/// <summary>Which generations of a database does this remote hold? Answered by <see cref="GenerationList"/> or <see cref="VaultRefused"/>.</summary>
/// <param name="Database">The database's id.</param>
public sealed record GetGenerations(string Database) : IProtocolMessage;

/// <summary>Generations at a remote, newest first.</summary>
public sealed record GenerationList(ImmutableArray<HeldGeneration> Generations) : IProtocolMessage;
