namespace Tidepool.Tests.Properties;

/// <summary>A document of the model.</summary>
internal sealed record ModelDocument(long Id, float[]? Vector, long? Year, string? Topic)
{
    internal Document ToDocument()
    {
        var document = new Document(Id) { Vector = Vector };
        if (Year is { } year)
        {
            document["year"] = year;
        }

        if (Topic is not null)
        {
            document["topic"] = Topic;
        }

        return document;
    }

    internal static ModelDocument From(Document document) => new(
        document.Id.TryGetInt64(out long id) ? id : throw new InvalidOperationException("The id is no integer."),
        document.Vector.IsEmpty ? null : document.Vector.ToSingle().ToArray(),
        document["year"].As<long?>(),
        document["topic"].As<string>());

    internal bool IsSameAs(ModelDocument other) => Id == other.Id && Year == other.Year && Topic == other.Topic &&
        (Vector is null
            ? other.Vector is null
            : other.Vector is not null && Vector.AsSpan().SequenceEqual(other.Vector));
}
