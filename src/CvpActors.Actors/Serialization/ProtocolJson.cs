using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Nodes;

namespace CvpActors.Actors.Serialization;

/// <summary>Enumerations travel as camelCase names, so that their order in the code may change.</summary>
public sealed class CamelCaseEnumConverter() : JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>The JSON of everything that is persisted, sent between nodes or shown over HTTP.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(CamelCaseEnumConverter)],
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ScheduleAdopted))]
[JsonSerializable(typeof(WindowOpened))]
[JsonSerializable(typeof(WindowRenewed))]
[JsonSerializable(typeof(WindowClosed))]
[JsonSerializable(typeof(RunsMissed))]
[JsonSerializable(typeof(TokensOutrun))]
[JsonSerializable(typeof(LockAcquired))]
[JsonSerializable(typeof(AttemptBlocked))]
[JsonSerializable(typeof(LockReleased))]
[JsonSerializable(typeof(CancelRequested))]
[JsonSerializable(typeof(ClearanceBegun))]
[JsonSerializable(typeof(LockCleared))]
[JsonSerializable(typeof(LateOutcomeRejected))]
[JsonSerializable(typeof(LockAgeDoubted))]
[JsonSerializable(typeof(ClockSteppedBack))]
[JsonSerializable(typeof(Paused))]
[JsonSerializable(typeof(Resumed))]
[JsonSerializable(typeof(AlertRaised))]
[JsonSerializable(typeof(AlertCleared))]
[JsonSerializable(typeof(AlertHandedOver))]
[JsonSerializable(typeof(DatabaseState))]
[JsonSerializable(typeof(NotificationQueued))]
[JsonSerializable(typeof(NotificationDelivered))]
[JsonSerializable(typeof(SummaryDelivered))]
[JsonSerializable(typeof(NotificationsReaddressed))]
[JsonSerializable(typeof(AlertBook))]
[JsonSerializable(typeof(NodeAlertRaised))]
[JsonSerializable(typeof(NodeAlertCleared))]
[JsonSerializable(typeof(NodeAlertHandedOver))]
[JsonSerializable(typeof(NodesState))]
[JsonSerializable(typeof(EpochBegun))]
[JsonSerializable(typeof(EpochOutrun))]
[JsonSerializable(typeof(SenderNamed))]
[JsonSerializable(typeof(DatabaseRegistered))]
[JsonSerializable(typeof(CoordinatorState))]
[JsonSerializable(typeof(StartRun))]
[JsonSerializable(typeof(CancelRun))]
[JsonSerializable(typeof(FenceRun))]
[JsonSerializable(typeof(ReportNow))]
[JsonSerializable(typeof(HelloAccepted))]
[JsonSerializable(typeof(HelloDenied))]
[JsonSerializable(typeof(OutcomeAcknowledged))]
[JsonSerializable(typeof(AgentHello))]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunReported))]
[JsonSerializable(typeof(RunFenced))]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(ClockAsked))]
[JsonSerializable(typeof(ClockTold))]
[JsonSerializable(typeof(DatabaseRequest))]
[JsonSerializable(typeof(EpochPassed))]
[JsonSerializable(typeof(DatabaseAnswer))]
[JsonSerializable(typeof(GetDatabase))]
[JsonSerializable(typeof(GetAttempts))]
[JsonSerializable(typeof(GetAttempt))]
[JsonSerializable(typeof(GetCoordinator))]
[JsonSerializable(typeof(GetDatabases))]
[JsonSerializable(typeof(GetEpoch))]
[JsonSerializable(typeof(EpochView))]
[JsonSerializable(typeof(GetAlerts))]
[JsonSerializable(typeof(UnknownDatabase))]
[JsonSerializable(typeof(CoordinatorView))]
[JsonSerializable(typeof(DatabaseList))]
[JsonSerializable(typeof(DatabaseView))]
[JsonSerializable(typeof(AttemptList))]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(TestAlerts))]
[JsonSerializable(typeof(AlertTestResult))]
[JsonSerializable(typeof(HandOver))]
[JsonSerializable(typeof(HandedOver))]
public sealed partial class ProtocolJson : JsonSerializerContext;
