namespace Tidepool.Tests.Properties;

/// <summary>What a namespace must answer, kept in the simplest way there is.</summary>
internal sealed class NamespaceModel
{
    private readonly SortedDictionary<long, ModelDocument> _documents = [];

    internal IReadOnlyDictionary<long, ModelDocument> Documents => _documents;

    internal void Upsert(ModelDocument document) => _documents[document.Id] = document;

    internal bool Delete(long id) => _documents.Remove(id);

    internal long DeleteWhere(Func<ModelDocument, bool> filter)
    {
        long[] ids = [.. _documents.Values.Where(filter).Select(document => document.Id)];
        foreach (long id in ids)
        {
            _documents.Remove(id);
        }

        return ids.Length;
    }

    /// <summary>The ids of the nearest documents by squared Euclidean distance, ties in id order.</summary>
    internal long[] Nearest(float[] query, int top, Func<ModelDocument, bool> filter) =>
    [
        .. _documents.Values
            .Where(document => document.Vector is not null && filter(document))
            .OrderBy(document => SquaredDistance(query, document.Vector!))
            .ThenBy(document => document.Id)
            .Take(top)
            .Select(document => document.Id),
    ];

    /// <summary>Exact for the small whole numbers that the tests use as coordinates.</summary>
    private static double SquaredDistance(float[] left, float[] right) =>
        left.Zip(right, (a, b) => ((double)a - b) * ((double)a - b)).Sum();
}
