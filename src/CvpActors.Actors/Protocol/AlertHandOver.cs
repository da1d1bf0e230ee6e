using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Protocol;

/// <summary>A database's coordinator asks delivery to take over a notification; sent until <see cref="HandedOver"/>.</summary>
public sealed record HandOver(AlertNotification Notification) : IProtocolMessage;

/// <summary>Delivery has persisted the notification and answers for it.</summary>
public sealed record HandedOver(string AlertId, AlertPhase Phase) : IProtocolMessage;
