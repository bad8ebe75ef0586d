namespace Tidepool.Tests.Torture;

/// <summary>A backup that is restored elsewhere, read and cleared away again, by one keeper after the other.</summary>
internal sealed class Restoration(string id, string place)
{
    private bool _isRestored;
    private bool _isRead;

    internal string Place => place;

    /// <summary>Goes on with it; whether it is over.</summary>
    internal async Task<bool> RunAsync(KeeperSteps steps, string vault)
    {
        _isRestored = _isRestored || await steps.RestoreAsync(vault, id, place);
        _isRead = _isRead || (_isRestored && await steps.ReadRestoredAsync(id, place));
        return _isRead && await steps.WipeAsync(place);
    }
}
