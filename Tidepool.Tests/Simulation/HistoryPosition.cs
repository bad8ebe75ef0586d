using System.Collections.Immutable;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>The only right state after one commit.</summary>
/// <param name="Incarnation">Which incarnation of the namespace.</param>
/// <param name="Sequence">Its log slot; 0 for the empty beginning.</param>
/// <param name="Documents">What there is.</param>
internal sealed record HistoryPosition(
    int Incarnation, long Sequence, ImmutableSortedDictionary<long, ModelDocument> Documents);
