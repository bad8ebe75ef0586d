using Tidepool.Index.Rows;
using Tidepool.Model;

namespace Tidepool.Snapshots;

/// <summary>How the indexes of a segment to be written are built.</summary>
/// <param name="Schema">Says which vector fields are to have one.</param>
/// <param name="FromRows">How many vectors of a field a segment has at least for an index.</param>
/// <param name="Seed">What is left to chance follows from it.</param>
/// <param name="Workers">Who builds.</param>
/// <param name="Progress">Told how many of how many rows are indexed; null for nobody.</param>
internal sealed record IndexBuild(
    NamespaceSchema Schema, int FromRows, int Seed, IWorkers Workers, Action<long, long>? Progress);
