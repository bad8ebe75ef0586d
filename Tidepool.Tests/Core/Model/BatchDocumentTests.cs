using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Model;
using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Core.Model;

/// <summary>Holds docs/format/batch.md to the code.</summary>
internal sealed partial class BatchDocumentTests
{
    private static readonly string s_text = Repository.Find("docs/format/batch.md")!.Text;

    [Test]
    public void Example_IsWhatTheEncoderWrites()
    {
        var document = new Document("a") { Vector = new[] { 1f, -2f }, ["year"] = 2026, ["tags"] = new[] { "x" } };
        byte[] payload = BatchTestData.Encode([document, (DocumentId)7], NamespaceSchema.Empty, out _);

        int offset = 0;
        foreach (Match row in ExampleRow().Matches(s_text))
        {
            byte[] bytes = Convert.FromHexString(row.Groups["bytes"].Value.Replace(" ", ""));
            Assert.That(row.Groups["offset"].Value, Is.EqualTo(offset.ToString(CultureInfo.InvariantCulture)));
            Assert.That(payload.Skip(offset).Take(bytes.Length), Is.EqualTo(bytes), $"at {offset}");
            offset += bytes.Length;
        }

        Assert.That(offset, Is.EqualTo(payload.Length));
    }

    [Test]
    public void Grammar_NamesEveryKindOfRecord()
    {
        (string Rule, BatchRecordKind Kind)[] rules =
        [
            ("end", BatchRecordKind.End), ("upsert", BatchRecordKind.Upsert), ("delete", BatchRecordKind.Delete),
            ("vector-field", BatchRecordKind.VectorField), ("attribute", BatchRecordKind.Attribute),
            ("vector-index", BatchRecordKind.VectorIndex),
        ];

        Assert.That(rules.Select(rule => rule.Kind), Is.EquivalentTo(Enum.GetValues<BatchRecordKind>()));
        foreach ((string rule, BatchRecordKind kind) in rules)
        {
            Assert.That(s_text, Does.Match($@"(?m)^{rule} +=  ?{(int)kind:D2} "));
        }

        Assert.That(s_text, Does.Contain($"; {BatchFormat.Version}\n"));
        Assert.That(
            s_text, Does.Match($@"text +=  ?{DocumentIdCodec.StringKind:D2} utf8 \| {DocumentIdCodec.GuidKind:D2} "));
        Assert.That(s_text, Does.Match($@"(?m)^\| {BatchFormat.Version} \| since"));
    }

    [Test]
    public void Bounds_AreThoseOfTheCode()
    {
        string[] bounds =
        [
            $"1 to {DocumentId.MaxBytes} bytes of UTF-8",
            $"at most {BatchFormat.MaxSizeBytes >> 20} MiB",
            $"1 to {FieldName.MaxLength} UTF-16 units",
            $"1 to {VectorFieldOptions.MaxDimensions:N0}",
            $"at most {SchemaRules.MaxVectorFields} vector fields and {SchemaRules.MaxAttributes:N0} attributes",
            $"at most {DocumentValidator.MaxAttributesSizeBytes >> 20} MiB as stored",
            $"0 to {DateTime.MaxValue.Ticks:N0}",
        ];

        Assert.That(bounds, Has.All.Matches<string>(bound => s_text.Contains(bound, StringComparison.Ordinal)));
    }

    [Test]
    public void Values_ListEveryType()
    {
        foreach (ColumnType type in Enum.GetValues<ColumnType>().Where(type => type != ColumnType.Null))
        {
            Assert.That(s_text, type.IsArray()
                ? Does.Match($@"\| 17, [\d, ]+ \|.+{(int)type.ElementType()}")
                : Does.Contain($"| {(int)type} | {type} |"));
        }

        int[] arrays = [.. Enum.GetValues<ColumnType>().Where(type => type.IsArray()).Select(type => (int)type)];
        Assert.That(s_text, Does.Contain($"| {string.Join(", ", arrays)} | array of "));
    }

    [Test]
    public void Metrics_ListEveryCode()
    {
        IEnumerable<string> names = Enum.GetValues<DistanceMetric>()
            .OrderBy(MetricMap.ToCode).Select(metric => metric.ToString());

        Assert.That(s_text, Does.Contain($"| metric | {string.Join(" | ", names.Select((_, i) => i + 1))} |"));
        Assert.That(s_text, Does.Contain($"| | {string.Join(" | ", names)} |"));
    }

    [GeneratedRegex(@"(?m)^\| (?<offset>\d+) \| `(?<bytes>[0-9A-Fa-f ]+)` \|")]
    private static partial Regex ExampleRow();
}
