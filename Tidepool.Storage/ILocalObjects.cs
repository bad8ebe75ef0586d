namespace Tidepool.Storage;

/// <summary>A store whose objects are local files, which a reader may map into memory in place.</summary>
/// <remarks>Decorators that wrap such a store implement it too, so that the ability is not lost.</remarks>
public interface ILocalObjects
{
    /// <summary>The file that holds an object, or null if this store has none for it. The file may not exist.</summary>
    string? GetLocalPath(string key);
}
