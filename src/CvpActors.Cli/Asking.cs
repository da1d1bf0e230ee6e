namespace CvpActors.Cli;

/// <summary>What commands that ask a node do alike: they say in one line why there is no answer.</summary>
internal static class Asking
{
    /// <returns>What <paramref name="ask"/> returns; or <see cref="ExitCodes.Refused"/> or <see cref="ExitCodes.Unreachable"/>, with the reason to <paramref name="errors"/>.</returns>
    public static async Task<int> RunAsync(TextWriter errors, Func<Task<int>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is RefusedException or IOException)
        {
            await errors.WriteLineAsync($"cvpctl: {e.Message}");
            return ExitCodes.Refused;
        }
        catch (NodeUnreachableException e)
        {
            await errors.WriteLineAsync($"cvpctl: {e.Message}");
            return ExitCodes.Unreachable;
        }
    }
}
