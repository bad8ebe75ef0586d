using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Tidepool.Tests.Core;

internal sealed class OptionsTests
{
    [Test]
    public void Defaults_AreThoseDocumented()
    {
        var options = new TidepoolOptions();

        Assert.That(options.Name, Is.EqualTo("tidepool"));
        Assert.That(options.ReadOnly, Is.False);
        Assert.That(options.MaxGroupCommitBytes, Is.EqualTo(8 << 20));
        Assert.That(options.GroupCommitLinger, Is.EqualTo(TimeSpan.Zero));
        Assert.That(options.MaxUnindexedBytes, Is.EqualTo(512 << 20));
        Assert.That(options.GraceWindow, Is.Null);
        Assert.That(options.HistoryRetention, Is.EqualTo(TimeSpan.Zero));
        Assert.That(options.TimeProvider, Is.SameAs(TimeProvider.System));
        Assert.That(options.LoggerFactory, Is.SameAs(NullLoggerFactory.Instance));
        Assert.That(options.MeterFactory, Is.Null);
        Assert.That(options.Compaction.Enabled, Is.True);
        Assert.That(options.Compaction.MaxConcurrency, Is.InRange(1, 64));
        Assert.That(options.Compaction.FlushBytes, Is.EqualTo(64 << 20));
        Assert.That(options.Compaction.MaxSegmentBytes, Is.EqualTo(1 << 30));
        Assert.That(options.Compaction.IndexingThreads, Is.InRange(1, 64));
        Assert.That(options.Seed, Is.Null);
        Assert.That(options.Cache.DiskDirectory, Is.Null);
        Assert.That(new ReadOptions().IncludeAttributes, Is.True);
        Assert.That(new ReadOptions().IncludeVectors, Is.False);
        Assert.That(new ReadOptions().Consistency, Is.EqualTo(ReadConsistency.Strong));
        Assert.That(new ImportOptions().BatchSize, Is.EqualTo(2_000));
        Assert.That(new VectorFieldOptions(3).Metric, Is.EqualTo(DistanceMetric.CosineSimilarity));
        Assert.That(new VectorFieldOptions(3).IndexKind, Is.EqualTo(VectorIndexKind.Auto));
        Assert.That(new VectorFieldOptions(3).Quantization, Is.EqualTo(VectorQuantization.Auto));
        Assert.That(new VectorFieldOptions(3).M, Is.EqualTo(12));
        Assert.That(new VectorFieldOptions(3).EfConstruction, Is.EqualTo(100));
        Assert.That(new SearchOptions().Effort, Is.EqualTo(SearchEffort.Default));
        Assert.That(new SearchOptions().RecallTarget, Is.Null);
        Assert.That(new SearchOptions().ProbeCount, Is.Null);
        Assert.That(new SearchOptions().EfSearch, Is.Null);
    }

    [Test]
    public void Setters_OutOfRange_AreRefusedAtOnce()
    {
        var options = new TidepoolOptions();

        Refuses(() => options.MaxGroupCommitBytes = 1);
        Refuses(() => options.MaxGroupCommitBytes = 65 << 20);
        Refuses(() => options.GroupCommitLinger = TimeSpan.FromMilliseconds(21));
        Refuses(() => options.GroupCommitLinger = TimeSpan.FromTicks(-1));
        Refuses(() => options.MaxUnindexedBytes = 0);
        Refuses(() => options.GraceWindow = TimeSpan.FromDays(31));
        Refuses(() => options.GraceWindow = TimeSpan.FromTicks(-1));
        Refuses(() => options.HistoryRetention = TimeSpan.FromTicks(-1));
        Refuses(() => options.HistoryRetention = TimeSpan.FromDays(3_654));
        Refuses(() => options.Cache.DiskBytes = 0);
        Refuses(() => options.Compaction.MaxConcurrency = 0);
        Refuses(() => options.Compaction.IdleDelay = TimeSpan.FromDays(2));
        Refuses(() => options.Compaction.FlushBytes = 0);
        Refuses(() => options.Compaction.MaxSegmentBytes = (1 << 30) + 1);
        Refuses(() => new ScanOptions { Limit = -1 });
        Refuses(() => new SearchOptions { Skip = -1 });
        Refuses(() => new SearchOptions { ScoreThreshold = double.NaN });
        Refuses(() => new SearchOptions { Effort = (SearchEffort)4 });
        Refuses(() => new SearchOptions { RecallTarget = 0 });
        Refuses(() => new SearchOptions { RecallTarget = 1 });
        Refuses(() => new SearchOptions { RecallTarget = double.NaN });
        Refuses(() => new SearchOptions { ProbeCount = 0 });
        Refuses(() => new SearchOptions { EfSearch = 0 });
        Refuses(() => options.Compaction.IndexingThreads = 0);
        Refuses(() => new ImportOptions { BatchSize = 0 });
        Refuses(() => new ImportOptions { MaxConcurrency = 17 });
        Refuses(() => new VectorFieldOptions(0));
        Refuses(() => new VectorFieldOptions(65_537));
        Refuses(() => new VectorFieldOptions(1) { Metric = (DistanceMetric)8 });
        Refuses(() => new VectorFieldOptions(1) { IndexKind = (VectorIndexKind)4 });
        Refuses(() => new VectorFieldOptions(1) { Quantization = (VectorQuantization)5 });
        Refuses(() => new VectorFieldOptions(1) { M = 1 });
        Refuses(() => new VectorFieldOptions(1) { M = 65 });
        Refuses(() => new VectorFieldOptions(1) { EfConstruction = 7 });
        Refuses(() => new VectorFieldOptions(1) { EfConstruction = 4_097 });
        Refuses(() => ReadConsistency.Bounded(TimeSpan.FromTicks(-1)));
        Refuses(() => ReadConsistency.AtLeast(-1));
        Refuses(() => ReadConsistency.AsOf(-1));
    }

    [Test]
    public void Setters_NullOrEmpty_AreRefusedAtOnce()
    {
        var options = new TidepoolOptions();

        Assert.That(() => options.Name = " ", Throws.ArgumentException);
        Assert.That(() => options.TimeProvider = null!, Throws.ArgumentNullException);
        Assert.That(() => options.LoggerFactory = null!, Throws.ArgumentNullException);
        Assert.That(() => options.Cache.DiskDirectory = "", Throws.ArgumentException);
        Assert.That(() => new WriteOptions { IdempotencyKey = Guid.Empty }, Throws.ArgumentException);
        Assert.That(() => new SearchOptions { Field = new string('a', 129) }, Throws.ArgumentException);
        Assert.That(() => new VectorFieldOptions(1, "\uD800"), Throws.ArgumentException);
    }

    [Test]
    public void OutOfRange_Message_NamesFoundAndExpected()
    {
        Assert.That(
            () => new ImportOptions { BatchSize = 0 },
            Throws.InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.Contains("BatchSize is 0; expected 1 to 100000."));
    }

    [Test]
    public void Copy_KeepsEverySettingAndSharesNone()
    {
        var options = new TidepoolOptions
        {
            Name = "x",
            ReadOnly = true,
            Seed = 7,
            MaxGroupCommitBytes = 1 << 20,
            GroupCommitLinger = TimeSpan.FromMilliseconds(1),
            MaxUnindexedBytes = 2 << 20,
            HistoryRetention = TimeSpan.FromDays(2),
            GraceWindow = TimeSpan.FromMinutes(1),
            Cache = { DiskDirectory = "d", DiskBytes = 3 << 20 },
            Compaction =
            {
                Enabled = false,
                MaxConcurrency = 3,
                IndexingThreads = 5,
                IdleDelay = TimeSpan.FromSeconds(1),
                FlushBytes = 4 << 20,
                MaxSegmentBytes = 5 << 20,
                Progress = new Progress<OperationProgress>(),
            },
        };

        TidepoolOptions copy = options.Copy();

        Assert.That(copy.Cache, Is.Not.SameAs(options.Cache));
        Assert.That(copy.Compaction, Is.Not.SameAs(options.Compaction));
        AssertSameProperties(options, copy);
        AssertSameProperties(options.Cache, copy.Cache);
        AssertSameProperties(options.Compaction, copy.Compaction);
    }

    [Test]
    public void ReadConsistency_ComparesByValue()
    {
        Assert.That(default(ReadConsistency), Is.EqualTo(ReadConsistency.Strong));
        Assert.That(ReadConsistency.AtLeast(3), Is.EqualTo(ReadConsistency.AtLeast(3)));
        Assert.That(ReadConsistency.AtLeast(3), Is.Not.EqualTo(ReadConsistency.AtLeast(4)));
        Assert.That(ReadConsistency.Eventual.ToString(), Is.EqualTo("Eventual"));
        Assert.That(ReadConsistency.AtLeast(3).ToString(), Is.EqualTo("AtLeast(3)"));
        Assert.That(ReadConsistency.AsOf(3), Is.Not.EqualTo(ReadConsistency.AtLeast(3)));
        Assert.That(ReadConsistency.AsOf(3).ToString(), Is.EqualTo("AsOf(3)"));
        Assert.That(ReadConsistency.AsOf(DateTimeOffset.UnixEpoch).ToString(), Does.StartWith("AsOf(1970-01-01T00:00"));
        Assert.That(ReadConsistency.AsOfTag("v1").ToString(), Is.EqualTo("AsOfTag(v1)"));
        Assert.That(() => ReadConsistency.AsOfTag(""), Throws.ArgumentException);
        Assert.That(ReadConsistency.Bounded(TimeSpan.FromSeconds(2)).ToString(), Is.EqualTo("Bounded(00:00:02)"));
    }

    /// <summary>Each property is unlike its default, so that one left out of a copy shows.</summary>
    private static void AssertSameProperties<T>(T expected, T actual)
        where T : new()
    {
        var defaults = new T();
        foreach (System.Reflection.PropertyInfo property in typeof(T).GetProperties().Where(p => p.CanWrite))
        {
            bool isService = property.PropertyType.IsInterface || property.PropertyType == typeof(TimeProvider);
            if (!property.SetMethod!.IsPublic || (isService && property.Name != nameof(CompactionOptions.Progress)))
            {
                continue;
            }

            object? value = property.GetValue(expected);
            Assert.That(value, Is.Not.EqualTo(property.GetValue(defaults)), property.Name);
            Assert.That(property.GetValue(actual), Is.EqualTo(value), property.Name);
        }
    }

    private static void Refuses(Func<object?> action) =>
        Assert.That(() => action(), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
