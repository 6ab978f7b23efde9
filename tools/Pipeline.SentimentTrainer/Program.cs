using Pipeline.SentimentTrainer;

return await TrainCommand.Create(Console.Out, Console.Error).Parse(args).InvokeAsync();
