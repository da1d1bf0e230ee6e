namespace CvpActors.Node.Configuration;

/// <summary>Reads a secret from a file or an environment variable; its text is never part of an error.</summary>
internal static class SecretReader
{
    /// <summary>The secret named by <c>KEY-file</c> or <c>KEY-env</c> (or <c>KEY</c> itself where that is allowed), or null.</summary>
    public static string? Read(SettingsSection section, string key, bool plainAllowed = false)
    {
        var plain = plainAllowed ? section.OptionalText(key) : null;
        var file = section.OptionalText($"{key}-file");
        var variable = section.OptionalText($"{key}-env");
        if (new[] { plain, file, variable }.Count(way => way is not null) > 1)
        {
            throw new SettingsException(section.KeyPath(key), $"is given in more than one way; allowed: one of {key}-file, {key}-env{(plainAllowed ? $", {key}" : "")}");
        }

        if (file is not null)
        {
            return ReadFile(section.KeyPath($"{key}-file"), file);
        }

        return variable is null
            ? plain
            : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
                ? value
                : throw new SettingsException(section.KeyPath($"{key}-env"), $"the environment variable {variable} is not set; allowed: the name of one that is");
    }

    private static string ReadFile(string key, string file)
    {
        try
        {
            // The line's end that an editor adds is not part of the secret.
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(key, $"{file} cannot be read ({e.Message}); allowed: a file that this user may read");
        }
    }
}
