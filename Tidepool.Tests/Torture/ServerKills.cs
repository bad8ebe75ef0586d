using System.Diagnostics;
using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Torture;

/// <summary>Kills the S3 server, mostly its gateway alone, now and then its disk and its monitor, too, and starts it
/// again.</summary>
/// <remarks>The server is the one of eng/s3-server in S3_SERVER_DIR.</remarks>
internal sealed class ServerKills(RunRecord record, Random random) : Trouble(random, TimeSpan.FromSeconds(25))
{
    private const int AllOneIn = 4;

    protected override async Task CauseAsync()
    {
        string script = Path.Join(Repository.Root, "eng", "s3-server");
        string[] what = Random.Next(AllOneIn) == 0 ? ["restart", "all"] : ["restart"];
        using Process restart = Process.Start(new ProcessStartInfo(script, what) { RedirectStandardError = true })!;
        string errors = await restart.StandardError.ReadToEndAsync();
        await restart.WaitForExitAsync();
        if (restart.ExitCode != 0)
        {
            record.Accuse($"the server did not start again: {errors}");
        }
    }
}
