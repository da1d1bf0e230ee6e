namespace CvpActors.Actors.Alerts;

/// <summary>The latest answers by idempotency key: the same key has the same answer, also while the first is being found.</summary>
internal sealed class AnswersByKey<T>
{
    private const int Kept = 100;
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, Task<T>> _answers = new(StringComparer.Ordinal);

    /// <summary>The answer to <paramref name="key"/>; a null key is never the same.</summary>
    public Task<T> Answer(string? key, Func<Task<T>> find)
    {
        if (key is null)
        {
            return find();
        }

        if (!_answers.TryGetValue(key, out var answer))
        {
            answer = _answers[key] = find();
            _order.Enqueue(key);
            if (_order.Count > Kept)
            {
                _answers.Remove(_order.Dequeue());
            }
        }

        return answer;
    }
}
