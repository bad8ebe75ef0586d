using NUnit.Framework;
using Tidepool.Storage.Files;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Storage.Files;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SharedClockTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _wall = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Now_FollowsTheWall()
    {
        using SharedClock clock = NewClock(_wall);
        DateTimeOffset start = _wall.GetUtcNow();
        Assert.That(clock.Now(), Is.EqualTo(start));

        _wall.Advance(TimeSpan.FromSeconds(7));

        Assert.That(clock.Now(), Is.EqualTo(start.AddSeconds(7)));
    }

    [Test]
    public void Now_WallSetBack_GoesOnAtTheOldPace_ForEverybody()
    {
        var otherWall = new ManualTime();
        using SharedClock clock = NewClock(_wall);
        using SharedClock other = NewClock(otherWall);
        DateTimeOffset start = _wall.GetUtcNow();
        _wall.Advance(TimeSpan.FromHours(2));
        Assert.That(clock.Now(), Is.EqualTo(start.AddHours(2)));

        // The other process's reading is two hours behind: the same as a wall that was set back.
        Assert.That(other.Now(), Is.EqualTo(start.AddHours(2)));
        otherWall.Advance(TimeSpan.FromMinutes(1));
        Assert.That(other.Now(), Is.EqualTo(start.AddHours(2).AddMinutes(1)));
        Assert.That(clock.Now(), Is.EqualTo(start.AddHours(4)), "ahead of its own wall by what the other one lacked");
    }

    [Test]
    public void Now_SmallStepBack_StandsStill()
    {
        using SharedClock clock = NewClock(_wall);
        DateTimeOffset start = clock.Now();

        _wall.SetWall(start - (SharedClock.Tolerance / 2));
        DateTimeOffset still = clock.Now();
        _wall.SetWall(start.AddSeconds(1));

        Assert.That(still, Is.EqualTo(start));
        Assert.That(clock.Now(), Is.EqualTo(start.AddSeconds(1)));
    }

    [Test]
    public void Now_AnyStepsOfTheWall_NeverGoesBackInAnyProcess()
    {
        const int seed = 20260;
        var random = new Random(seed);
        ManualTime[] walls = [new(), new(), new()];
        SharedClock[] clocks = [.. walls.Select(NewClock)];
        DateTimeOffset latest = DateTimeOffset.MinValue;
        for (int i = 0; i < 20_000; i++)
        {
            int process = random.Next(clocks.Length);
            walls[process].SetWall(walls[process].GetUtcNow().AddSeconds(random.Next(-100, 101) / 10.0));
            bool isUnique = random.Next(2) == 0;

            DateTimeOffset now = isUnique ? clocks[process].NextUnique() : clocks[process].Now();

            bool isRight = isUnique ? now > latest : now >= latest;
            Assert.That(isRight, Is.True, $"seed {seed}, step {i}: {now} after {latest}");
            latest = now;
        }

        Array.ForEach(clocks, clock => clock.Dispose());
    }

    [Test]
    public void NextUnique_ManyThreadsAndMappings_GivesNoTimeTwice()
    {
        using SharedClock first = NewClock(_wall); // The wall stands still: only the count moves the clock.
        using SharedClock second = NewClock(_wall);
        var given = new long[8][];

        Parallel.For(0, given.Length, thread =>
        {
            SharedClock clock = thread % 2 == 0 ? first : second;
            given[thread] = [.. Enumerable.Range(0, 10_000).Select(_ => clock.NextUnique().UtcTicks)];
        });

        Assert.That(given.SelectMany(times => times).Distinct().Count(), Is.EqualTo(80_000));
        Assert.That(given, Is.All.Ordered);
    }

    [Test]
    public void Now_AfterEveryProcessIsGone_GoesOnFromThere()
    {
        DateTimeOffset start = _wall.GetUtcNow();
        _wall.Advance(TimeSpan.FromDays(365));
        using (SharedClock clock = NewClock(_wall))
        {
            clock.Now();
        }

        _wall.SetWall(start);
        using SharedClock reopened = NewClock(_wall);

        Assert.That(reopened.Now(), Is.EqualTo(start.AddDays(365)));
        _wall.Advance(TimeSpan.FromSeconds(3));
        Assert.That(reopened.Now(), Is.EqualTo(start.AddDays(365).AddSeconds(3)));
    }

    [Test]
    public void Dispose_ThenRead_Throws()
    {
        SharedClock clock = NewClock(_wall);
        clock.Dispose();

        Assert.That(() => clock.Now(), Throws.InstanceOf<ObjectDisposedException>());
    }

    private SharedClock NewClock(TimeProvider wall) => new(Path.Join(_folder.Path, "clock"), wall);
}
