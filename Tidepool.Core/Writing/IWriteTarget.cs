using Tidepool.Model;

namespace Tidepool.Writing;

/// <summary>Where the commit loop writes to: the open incarnation of a namespace.</summary>
internal interface IWriteTarget
{
    /// <summary>The incarnation to write to now; null when there is none and none is to be created.</summary>
    /// <param name="createWith">The fields to create one with; null for not to create one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<IWriteSession?> OpenForWriteAsync(NamespaceSchema? createWith, CancellationToken cancellationToken);
}
