namespace Tidepool.Tests.Torture;

/// <summary>A strong read: the least it must see of each key, and what it found.</summary>
/// <param name="Floors">For each key that was asked for, in the terms of its history, when the read began.</param>
/// <param name="Found">The documents found; a key that is not here was found absent.</param>
/// <param name="EndedAt">When the answer had come, on the clock of <see cref="Operation.AnnouncedAt"/>.</param>
internal sealed record StrongRead(
    Dictionary<string, long> Floors, Dictionary<string, Observation> Found, long EndedAt)
{
    internal Observation? Find(string key) => Found.TryGetValue(key, out Observation document) ? document : null;
}
