using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Clocks;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Actors.Coordination;

/// <summary>What an agent has to be told of the run that holds the lock, until the state shows that it was followed.</summary>
internal static class RunOrders
{
    /// <param name="state">The state.</param>
    /// <param name="policy">The rules.</param>
    /// <param name="startedToken">The token of the run that the agent has confirmed.</param>
    /// <param name="incarnation">Who orders.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>The order; null when there is nothing to be said.</returns>
    public static IOrder? WhatLockAsksFor(DatabaseState state, DatabasePolicy policy, long startedToken, Incarnation incarnation, DateTimeOffset now) => state.Lock switch
    {
        null => null,
        { Clearance: not null } held => new FenceRun(incarnation.Epoch, held.Token),
        { CancelRequested: true } held => new CancelRun(incarnation.Epoch, held.Token),
        { } held when held.Token != startedToken => StartOf(held, state, incarnation),
        { } when DatabaseDecider.LockAgeIsDue(state, policy, now) => new ReportNow(incarnation.Epoch),
        _ => null,
    };

    private static StartRun StartOf(MaintenanceLock held, DatabaseState state, Incarnation incarnation)
    {
        var order = new StartRun(incarnation.Epoch, held.AttemptId, held.Operation, held.Token, held.DryRun) { GrantedAt = held.AcquiredAt };
        return held.Operation switch
        {
            Operation.Purge => order with { Clock = EvidenceFor(held.Trigger, incarnation), LetGo = state.LetGo is { } letGo ? [.. letGo] : null },
            Operation.Restore => order with { Restore = held.Restore, Purged = state.KnownPurges },
            _ => order,
        };
    }

    /// <summary>Who asks for a purge now is there to see what day it is: silence of the source tells him nothing new. A leap is told to everybody.</summary>
    private static ClockEvidence? EvidenceFor(Trigger trigger, Incarnation incarnation) => incarnation.Clock?.Evidence() is not { } evidence ? null
        : trigger == Trigger.OnDemand ? evidence with { SteadySince = DateTimeOffset.MinValue, Node = incarnation.Node }
        : evidence with { Node = incarnation.Node };
}
