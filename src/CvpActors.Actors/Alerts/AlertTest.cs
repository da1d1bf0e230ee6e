using CvpActors.Actors.Protocol;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Alerts;

/// <summary>Sends notifications to every receiver at the same time, past the book, and tells what became of each.</summary>
internal static class AlertTest
{
    /// <summary>A receiver that has not answered by then is reported as not reached.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    public static async Task<AlertTestResult> SendAsync(
        IReadOnlyList<AlertNotification> notifications, IEnumerable<IAlertChannel> channels, TimeProvider time, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        return new AlertTestResult(await Task.WhenAll(channels.Select(c => SendAsync(notifications, c, either.Token))));
    }

    private static async Task<ReceiverTestView> SendAsync(IReadOnlyList<AlertNotification> notifications, IAlertChannel channel, CancellationToken cancellation)
    {
        try
        {
            foreach (var notification in notifications)
            {
                await Task.Run(() => channel.DeliverAsync(notification, cancellation), cancellation);
            }

            return new ReceiverTestView(channel.Receiver, Delivered: true, Error: null);
        }
        catch (AlertDeliveryException e)
        {
            return new ReceiverTestView(channel.Receiver, Delivered: false, e.Message);
        }
        catch (OperationCanceledException)
        {
            return new ReceiverTestView(channel.Receiver, Delivered: false, $"no answer within {AnswerWithin.TotalSeconds:0} s");
        }
    }
}
